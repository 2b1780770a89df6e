import { fail } from '#core/errors';
import { isTransitionName, timelineDuration, type Item, type Timeline } from '#core/timeline';
import { pictureClips } from './compose.ts';
import { planPicture, type MotionByAsset } from './plan-picture.ts';
import { planSound, type SpeechByAsset } from './plan-sound.ts';
import type { PlanSource } from './plan-source.ts';
import { completeOutput, hasPicture, hasSound, shapedTimeline } from './output-rules.ts';
import type { OutputRequest, RenderPlan } from './render-plan.ts';

/**
 * Decides a whole render before a packet is touched. Pure: the same timeline, sources and request give the same plan.
 *
 * Shape:  a sound-only timeline gets a waveform as its picture where the format has one; `reasons` say why less than
 *         all was copied, and what the output cannot show.
 * Errors: RENDER_EMPTY, REQUEST_INVALID for a format that is not written, MEDIA_STREAM_MISSING.
 */
export function planRender(
  given: Timeline,
  sources: readonly PlanSource[],
  asked: OutputRequest,
  known: { readonly speech?: SpeechByAsset | undefined; readonly motion?: MotionByAsset | undefined } = {},
): RenderPlan {
  const timeline = shapedTimeline(given, asked);
  const duration = timelineDuration(timeline);
  if (duration <= 0) throw fail('RENDER_EMPTY');
  const output = completeOutput(asked, timeline, duration);
  const planned = hasSound(output.format) ? planSound(timeline, sources, output, { duration, speech: known.speech }) : undefined;
  const { sound, reasons: soundReasons } = planned ?? { sound: undefined, reasons: unheard(timeline, output) };
  const picture = hasPicture(output.format) ? planPicture(timeline, sources, output, duration, known.motion) : undefined;
  if (picture === undefined && sound === undefined) {
    throw fail('REQUEST_INVALID', {
      reason: `format ${output.format} holds sound only, and the timeline has none that can be heard`,
    });
  }
  return {
    version: 1,
    output,
    ...(picture === undefined ? {} : { video: picture.video }),
    ...(sound === undefined ? {} : { sound }),
    duration,
    reasons: [...(picture?.reasons ?? []), ...soundReasons, ...unshown(timeline, picture !== undefined)],
  };
}

/** Errors: REQUEST_INVALID for an animation of a timeline that has nothing to see. */
function unheard(timeline: Timeline, { format }: OutputRequest): string[] {
  const hasClips = (kind: string) => timeline.tracks.some((track) => track.kind === kind && track.items.some(isClip));
  if (!hasClips('video') && hasClips('audio'))
    throw fail('REQUEST_INVALID', { reason: `format ${format} holds pictures only, and the timeline has none` });
  return hasClips('audio') ? [`A ${format} file has no sound, so that the sound is left out`] : [];
}

function isClip(item: Item): boolean {
  return item.kind === 'clip';
}

/** What is in the timeline and not in the file. */
function unshown(timeline: Timeline, withPicture: boolean): string[] {
  const notes: string[] = [];
  const transitions = timeline.tracks.flatMap((track) => track.items.filter((item) => item.kind === 'transition'));
  const unknown = [...new Set(transitions.map(({ name }) => name).filter((name) => !isTransitionName(name)))];
  if (withPicture && unknown.length > 0)
    notes.push(`There is no transition ${unknown.map((name) => `"${name}"`).join(', ')}; a dissolve is shown instead`);
  if (!withPicture && pictureClips(timeline).length > 0) notes.push('The file holds sound only, the picture is left out');
  return notes;
}
