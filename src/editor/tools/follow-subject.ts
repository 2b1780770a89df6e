/** Crops of the story's pictures that keep in frame what matters. */
import { mainVideoStream, type Size, type VideoStream } from '#core/asset';
import type { FramingFacts } from '#core/facts';
import { isStill, type Edit } from '#core/timeline';
import { inUpright } from '#engine/plan';
import { followPath } from './follow-path.ts';
import { effectEdits, effectOf, storyPictures } from './targets.ts';
import type { ToolContext } from './tool.ts';
import { plural } from './words.ts';

export type SubjectCrops = { readonly edits: readonly Edit[]; readonly done: readonly string[]; readonly followed: number };

export const noCrops: SubjectCrops = { edits: [], done: [], followed: 0 };

/** Less than this of a picture is cut away: nobody falls out of it. */
const leastLost = 0.08;

/** What it takes for a canvas of `size` that pictures fill; `center` lets go of all that is followed. */
export async function followSubjects(context: ToolContext, size: Size, subject: 'follow' | 'center'): Promise<SubjectCrops> {
  const { workspace, words } = context;
  const edits: Edit[] = [];
  let followed = 0;
  for (const { clip } of storyPictures(workspace.timeline())) {
    if (subject === 'center') {
      edits.push(...effectEdits(clip, 'follow', undefined));
      continue;
    }
    const asset = workspace.assets().find(({ id }) => id === clip.assetId);
    const stream = asset && mainVideoStream(asset);
    if (asset === undefined || stream === undefined || isStill(asset) || stream.index !== clip.streamIndex) continue;
    const window = windowIn(stream.displaySize, size);
    if (Math.min(window.width, window.height) > 1 - leastLost) continue;
    const { framing, shots } = await workspace.pictureFacts(asset, ['framing', 'shots']);
    const seen = upright(framing?.subject ?? [], stream);
    const starts = (shots?.changes ?? []).map(({ range }) => range.start);
    const effect = followPath(seen, clip.sourceRange, { window, starts });
    if (effect !== undefined) followed++;
    if (effect !== undefined || effectOf(clip, 'follow') !== undefined) edits.push(...effectEdits(clip, 'follow', effect));
  }
  const done =
    followed > 0
      ? [words.say(`The crop follows the subject in ${plural(followed, 'clip')}`, `裁剪在 ${followed} 个片段中跟随主体`)]
      : edits.length > 0
        ? [words.say('The crop keeps to the middle', '裁剪保持居中')]
        : [];
  return { edits, done, followed };
}

/** What a canvas that is filled shows of a picture, in fractions of it. */
function windowIn(picture: Size, canvas: Size): Size {
  const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
  return { width: canvas.width / scale / picture.width, height: canvas.height / scale / picture.height };
}

function upright(subject: FramingFacts['subject'], { rotation }: VideoStream): FramingFacts['subject'] {
  return subject.map(({ at, x, y }) => {
    const [across, down] = inUpright(x, y, rotation);
    return { at, x: across, y: down };
  });
}
