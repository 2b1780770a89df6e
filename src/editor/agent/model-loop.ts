/** The tool loop around a model, whatever it does: its text in the end, or the fault that ended it. */
import { isStepCount, ToolLoopAgent, type LanguageModel, type ModelMessage } from 'ai';
import { asEditorError, fail, isEditorError } from '#core/errors';
import type { EditorContext } from '#editor/context';
import { ModelFault } from './model-failure.ts';
import { loopTools, type ToolTurn } from './tool-set.ts';

/** A model that goes round in circles is stopped here; the longest honest turn of the corpus needs nine. */
const stepLimit = 24;
/** Calls of tools that do not exist or with input that is none: a model gets so many tries to mend them. */
const invalidLimit = 4;

export type LoopRequest = ToolTurn & {
  readonly model: LanguageModel;
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  /** What the loop is given up for: the whole turn's signal. */
  readonly signal: AbortSignal;
};

/**
 * The last text of the model; empty where it said nothing after its last call.
 *
 * Errors: ModelFault and LLM_UNAVAILABLE where the model is at fault, the turn's own reason where it was stopped, and what a
 * tool failed with that the editor has to answer for.
 */
export async function runLoop(ctx: EditorContext, request: LoopRequest): Promise<string> {
  const { log, signal, permission } = request;
  const { set, fault } = loopTools(ctx, request);
  const agent = new ToolLoopAgent({
    model: request.model,
    instructions: request.instructions,
    tools: set,
    stopWhen: [isStepCount(stepLimit), () => (permission?.repeated() ?? 0) > 2],
    maxRetries: 2,
    // By itself the loop prints whole requests and answers, keys and words of users among them.
    onError: () => undefined,
  });
  const result = await agent.stream({ messages: [...request.messages], abortSignal: signal });
  let [text, streamed, invalid, reason] = ['', '', 0, ''];
  for await (const part of result.fullStream) {
    switch (part.type) {
      case 'start-step':
        text = '';
        break;
      case 'text-delta':
        text += part.text;
        streamed += part.text;
        if (streamed.length >= 80 || streamed.includes('\n')) {
          await log.append([{ kind: 'text-delta', text: streamed }]);
          streamed = '';
        }
        break;
      case 'tool-error':
        if (fault() !== undefined) throw asEditorError(fault());
        if (++invalid > invalidLimit) throw new ModelFault('confused');
        break;
      case 'finish-step':
        reason = part.finishReason;
        break;
      case 'error':
        // The rules are no model that may be away: what they fail with is ours.
        if (permission === undefined && !signal.aborted) throw asEditorError(part.error);
        throw signal.aborted ? signal.reason : failed(ctx, part.error);
      case 'abort':
        throw signal.aborted ? (signal.reason ?? fail('JOB_CANCELED')) : new ModelFault('silent');
      default:
    }
  }
  if (streamed !== '') await log.append([{ kind: 'text-delta', text: streamed }]);
  if (permission === undefined) return text.trim();
  return judged(text.trim(), { reason, inCircles: permission.repeated() > 2 });
}

/** What an ended stream is worth. */
function judged(text: string, end: { readonly reason: string; readonly inCircles: boolean }): string {
  if (end.inCircles || end.reason === 'tool-calls') throw new ModelFault('in-circles');
  if (end.reason === 'content-filter') throw new ModelFault('refused');
  // The providers' word for "the connection closed and nobody said why".
  if (end.reason === 'error' || end.reason === 'other') throw new ModelFault('cut-off');
  return text;
}

function failed(ctx: EditorContext, error: unknown): Error {
  if (isEditorError(error)) return error;
  return fail('LLM_UNAVAILABLE', { model: ctx.config.model }, { cause: error });
}
