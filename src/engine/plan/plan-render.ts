import { fail } from '#core/errors';
import { timelineDuration, type Timeline } from '#core/timeline';
import { pictureClips } from './compose.ts';
import { planPicture } from './plan-picture.ts';
import { planSound, type SpeechByAsset } from './plan-sound.ts';
import type { PlanSource } from './plan-source.ts';
import type { Container, OutputRequest, RenderPlan } from './render-plan.ts';

const pictureFormats: ReadonlySet<Container> = new Set(['mp4', 'mov', 'webm']);

/** Whether a file of this format has a picture. */
export function hasPicture(format: Container): boolean {
  return pictureFormats.has(format);
}

/**
 * Decides a whole render before a packet is touched. Pure: the same timeline, sources and request give the same plan.
 *
 * Shape:  a sound-only timeline gets a waveform as its picture where the format has one; `reasons` say why less than
 *         all was copied, and what the output cannot show.
 * Errors: RENDER_EMPTY, REQUEST_INVALID for a format that is not written, MEDIA_STREAM_MISSING.
 */
export function planRender(
  timeline: Timeline,
  sources: readonly PlanSource[],
  output: OutputRequest,
  known: { readonly speech?: SpeechByAsset | undefined } = {},
): RenderPlan {
  const duration = timelineDuration(timeline);
  if (duration <= 0) throw fail('RENDER_EMPTY');
  if (output.format === 'webm') throw fail('REQUEST_INVALID', { reason: 'format webm cannot be written, choose mp4 or mov' });
  const { sound, reasons: soundReasons } = planSound(timeline, sources, output, { duration, speech: known.speech });
  const picture = hasPicture(output.format) ? planPicture(timeline, sources, output, duration) : undefined;
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

/** What is in the timeline and not in the file. */
function unshown(timeline: Timeline, withPicture: boolean): string[] {
  const notes: string[] = [];
  const transitions = timeline.tracks.flatMap((track) => track.items.filter((item) => item.kind === 'transition'));
  if (transitions.length > 0) {
    const names = [...new Set(transitions.map((item) => item.name))].join(', ');
    notes.push(
      `${transitions.length === 1 ? 'A transition is' : `${transitions.length} transitions are`} shown as a cut (${names})`,
    );
  }
  if (!withPicture && pictureClips(timeline).length > 0) notes.push('The file holds sound only, the picture is left out');
  return notes;
}
