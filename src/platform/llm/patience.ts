/** A model that is asked with a watch in hand: one that says nothing for too long is given up. */
import { APICallError } from 'ai';
import { fail } from '#core/errors';
import type { Model } from './lazy-model.ts';

/**
 * The same model; its streams end with LLM_UNAVAILABLE (`why: 'silent'`) after `ms` without a piece of an answer, and the
 * connection is closed. What the caller does between two questions takes none of that time.
 */
export function withPatience(model: Model, ms: number): Model {
  return {
    ...model,
    doStream: async (options) => {
      const giveUp = new AbortController();
      const signal = options.abortSignal === undefined ? giveUp.signal : AbortSignal.any([options.abortSignal, giveUp.signal]);
      const silent = fail('LLM_UNAVAILABLE', { model: model.modelId, why: 'silent' });
      const watch = startWatch(ms, () => giveUp.abort(silent));
      try {
        const { stream, ...rest } = await model.doStream({ ...options, abortSignal: signal });
        return { ...rest, stream: watched(stream, watch, giveUp.signal) };
      } catch (error) {
        watch.stop();
        if (giveUp.signal.aborted) throw silent;
        // Nobody listens: asking again at once would only make the user wait.
        const isUnreachable = APICallError.isInstance(error) && error.statusCode === undefined;
        throw isUnreachable ? fail('LLM_UNAVAILABLE', { model: model.modelId, why: 'unreachable' }, { cause: error }) : error;
      }
    },
  };
}

type Watch = { readonly again: () => void; readonly stop: () => void };

function startWatch(ms: number, late: () => void): Watch {
  let timer = setTimeout(late, ms);
  return {
    again: () => {
      clearTimeout(timer);
      timer = setTimeout(late, ms);
    },
    stop: () => clearTimeout(timer),
  };
}

function watched<Part>(stream: ReadableStream<Part>, watch: Watch, given: AbortSignal): ReadableStream<Part> {
  const reader = stream.getReader();
  return new ReadableStream<Part>({
    async pull(controller) {
      watch.again();
      try {
        const { done, value } = await untilGiven(reader.read(), given);
        // Whoever reads may take its time; the watch runs only while the model is waited for.
        watch.stop();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        watch.stop();
        controller.error(given.aborted ? given.reason : error);
        await reader.cancel().catch(() => undefined);
      }
    },
    async cancel(reason) {
      watch.stop();
      await reader.cancel(reason);
    },
  });
}

/** A provider that does not look at its signal must not keep anybody waiting. */
async function untilGiven<Value>(work: Promise<Value>, given: AbortSignal): Promise<Value> {
  if (given.aborted) throw given.reason;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(given.reason as Error);
  given.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    given.removeEventListener('abort', stop);
  }
}
