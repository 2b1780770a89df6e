/** Writes how far a render is into its row: each step at once, within a step at most twice a second. */
import type { EditorContext } from '#editor/context';
import type { RenderPlan } from '#engine/plan';
import type { JobRun } from '#platform/queue';
import { updateRender, type RenderStep } from '#platform/store';
import { createProgressMeter } from './progress.ts';
import type { RenderPayload } from './render-payload.ts';

export type RenderProgress = AsyncDisposable & {
  enter(step: RenderStep): void;
  /** A listener for one piece of the work. */
  on(piece: 'picture' | 'sound' | 'assemble' | 'verify'): (fraction: number) => void;
};

const writeMs = 500;
/** Work per encoded frame in any unit, and what the rest costs beside it; from timings of real renders. */
const encodeWeight = 1;
const copyWeight = 0.02;
const soundWeightPerSecond = 3;
const stillPictures = 1;

export function openRenderProgress(ctx: EditorContext, run: JobRun<RenderPayload>, plan: RenderPlan): RenderProgress {
  const meter = createProgressMeter(weigh(plan), () => performance.now());
  let step: RenderStep = 'plan';
  let written = '';
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const { progress, etaSeconds } = meter.read();
    const text = `${step} ${progress.toFixed(3)} ${etaSeconds ?? ''}`;
    if (text === written) return;
    written = text;
    await run.write((store) => updateRender(store, run.payload, { step, progress, etaSeconds: etaSeconds ?? null }));
  };
  const writeNext = (): void => {
    // A progress line that cannot be written is no reason to fail; a lost lease ends the run elsewhere.
    writing = writing.then(write).catch((error: unknown) => ctx.log.debug('render.progress', { error }));
  };
  const timer = setInterval(writeNext, writeMs);
  return {
    enter(next) {
      step = next;
      writeNext();
    },
    on: (piece) => (fraction) => meter.set(piece, fraction),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await writing;
    },
  };
}

function weigh(plan: RenderPlan): Record<string, number> {
  const picture = (plan.video?.spans ?? []).reduce(
    (sum, span) => sum + span.frames * (span.kind === 'copy' ? copyWeight : encodeWeight),
    0,
  );
  const soundSeconds = plan.sound === undefined ? 0 : plan.sound.samples / plan.sound.sampleRateHz;
  const frames = plan.video?.frames ?? 0;
  return {
    picture,
    sound: soundSeconds * soundWeightPerSecond,
    assemble: stillPictures + frames * 0.01,
    verify: stillPictures + frames * 0.25 + soundSeconds * 0.5,
  };
}
