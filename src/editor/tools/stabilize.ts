import { z } from 'zod';
import { mainVideoStream, type Asset } from '#core/asset';
import type { MotionFacts } from '#core/facts';
import type { TimeRange } from '#core/time';
import { isStill, type Edit, type StabilizeEffect } from '#core/timeline';
import { forecastSteady, type SteadyForecast } from '#engine/plan';
import { receipt, unchanged } from './receipt.ts';
import { isShaky, shakyBorders, unrestOf, type SeenClip } from './shaky-shots.ts';
import type { PlacedClip } from './sound-clips.ts';
import { effectEdits, effectOf, resolveTarget, storyPictures, targetFields, type Target } from './targets.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { plural } from './words.ts';

/** Enlargements that are tried where none is named, smallest first; up to the first, nobody minds. */
const zooms = Array.from({ length: 15 }, (_, step) => 1.15 + 0.025 * step);
/** Share of the shaking that may be left: a quarter, less what measuring may be off by. */
const mostLeft = 0.23;

/** Takes the shaking of the camera out; pans stay. */
export const stabilize = defineTool({
  name: 'stabilize_video',
  description:
    'Holds a shaky camera still: measures its movement, keeps pans, enlarges the picture so that no edge is seen, by 15 % or, where it shakes too hard for that, as little more as leaves a quarter of the shaking. Footage that is steady is left alone. remove: true takes it away.',
  input: z
    .object({
      strength: z.number().min(0).max(1).default(1).describe('0 … 1, how much of the shaking to take; default 1'),
      max_zoom: z
        .number()
        .min(1.01)
        .max(1.5)
        .optional()
        .describe('Most that the picture may be enlarged; default 1.15, up to 1.5 where it shakes hard'),
      remove: z.boolean().optional(),
      ...targetFields,
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const target = resolveTarget(context, asked);
    if ('why' in target) return unchanged('stabilize_video', asked, target.why);
    const isOff = asked.remove === true || asked.strength === 0;
    const edits: Edit[] = [];
    const steady: string[] = [];
    let worst = 0;
    const forecasts: SteadyForecast[] = [];
    const { splits, pictures } = isOff ? target : await heldApart(context, target);
    const seen = isOff ? [] : await lookAt(context, pictures);
    const most = Math.max(0, ...seen.map(({ percent }) => percent));
    if (isOff) edits.push(...pictures.flatMap(({ clip }) => effectEdits(clip, 'stabilize', undefined)));
    for (const { placed, asset, motion, percent } of seen) {
      const { clip } = placed;
      if (!isShaky(percent, most) && effectOf(clip, 'stabilize') === undefined) {
        if (!steady.includes(asset.name)) steady.push(asset.name);
        continue;
      }
      const { effect, forecast } = chooseZoom(motion, clip.sourceRange, asset, asked);
      const changes = effectEdits(clip, 'stabilize', effect);
      if (changes.length === 0) continue;
      worst = Math.max(worst, percent);
      forecasts.push(forecast);
      edits.push(...changes);
    }
    const held = new Set(edits.map((edit) => ('itemId' in edit ? edit.itemId : '')));
    const isPartly = (name: string) => seen.some(({ placed, asset }) => asset.name === name && held.has(placed.clip.id));
    const skipped = steady.map((name) => ({
      what: name,
      reason: isPartly(name)
        ? words.say(`the rest of ${name} is steady enough and stays as it is`, `${name} 的其余部分足够稳定，保持不变`)
        : words.say(`${name} is steady already, there is nothing to take`, `${name} 画面已经稳定，无需防抖`),
    }));
    if (edits.length === 0) {
      if (skipped.length > 0) return receipt('stabilize_video', 'unchanged', asked, { skipped });
      return unchanged(
        'stabilize_video',
        asked,
        isOff
          ? words.say('nothing is stabilised', '没有应用防抖')
          : words.say('it is stabilised like that already', '已经是这样的防抖'),
      );
    }
    const off = words.say(`Took the stabilisation away${target.place}`, `已取消防抖${target.place}`);
    const zoom = Math.max(1, ...forecasts.map((forecast) => forecast.zoom));
    const left = Math.max(0, ...forecasts.map(({ leftPercent, shakePercent }) => leftPercent / Math.max(0.001, shakePercent)));
    const on = words.say(
      `Stabilised ${plural(edits.length, 'clip')}${target.place}: of shaking of ${worst.toFixed(2)} % of the picture's width about ${Math.round(100 * left)} % is left, pans stay, the picture is enlarged by at most ${Math.round((zoom - 1) * 100)} % so that no edge is seen`,
      `已为 ${edits.length} 个片段防抖${target.place}：幅度为画面宽度 ${worst.toFixed(2)}% 的抖动约剩 ${Math.round(100 * left)}%，保留摇镜，最多放大 ${Math.round((zoom - 1) * 100)}%，不露边缘`,
    );
    const draft = receipt('stabilize_video', skipped.length > 0 ? 'partial' : 'done', asked, {
      done: [isOff ? off : on],
      skipped,
      facts: {
        clips: edits.length,
        shakePercent: Number(worst.toFixed(3)),
        ...(isOff ? {} : { leftShare: Number(left.toFixed(3)), zoom: Number(zoom.toFixed(3)) }),
      },
    });
    const { revision } = await workspace.commit([...splits, ...edits], { tool: 'stabilize_video', receipt: draft });
    return { ...draft, revision };
  },
});

/** Where all of the video is meant, its shots that shake become clips of their own. */
async function heldApart(context: ToolContext, target: Target): Promise<Pick<Target, 'splits' | 'pictures'>> {
  if (!target.isWhole) return target;
  const clips: SeenClip[] = [];
  for (const placed of target.pictures) {
    const asset = movingAsset(context, placed);
    if (asset === undefined) continue;
    // Its motion is asked for too: one pass finds all, and the export does not wait for it.
    const { shake, shots } = await context.workspace.pictureFacts(asset, ['motion', 'shake', 'shots']);
    if (shake !== undefined && shots !== undefined) clips.push({ ...placed, shake, shots });
  }
  const borders = shakyBorders(clips, target.timeline);
  if (borders.length === 0) return target;
  const splits = [...target.splits, ...borders.map((at): Edit => ({ kind: 'split', at }))];
  return { splits, pictures: storyPictures(context.workspace.preview(splits)) };
}

type Seen = {
  readonly placed: PlacedClip;
  readonly asset: Asset;
  readonly motion: MotionFacts;
  /** How much it shakes, in per cent of the width. */
  readonly percent: number;
};

async function lookAt(context: ToolContext, pictures: readonly PlacedClip[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const placed of pictures) {
    const asset = movingAsset(context, placed);
    if (asset === undefined) continue;
    const { shake, motion } = await context.workspace.pictureFacts(asset, ['motion', 'shake']);
    if (shake === undefined || motion === undefined) continue;
    seen.push({ placed, asset, motion, percent: unrestOf(shake, placed.clip.sourceRange) });
  }
  return seen;
}

function movingAsset({ workspace }: ToolContext, { clip }: PlacedClip): Asset | undefined {
  const asset = workspace.assets().find(({ id }) => id === clip.assetId);
  return asset === undefined || isStill(asset) ? undefined : asset;
}

/** The named enlargement, or the least that leaves a quarter; what it will come to is foretold from the motion. */
function chooseZoom(
  motion: MotionFacts,
  range: TimeRange,
  asset: Asset,
  { strength, max_zoom: named }: { readonly strength: number; readonly max_zoom?: number | undefined },
): { readonly effect: StabilizeEffect; readonly forecast: SteadyForecast } {
  const { codedSize, sampleAspect } = mainVideoStream(asset)!;
  const aspect = (codedSize.height * sampleAspect.den) / (codedSize.width * sampleAspect.num);
  const attempt = (maxZoom: number) => {
    const effect: StabilizeEffect = { name: 'stabilize', strength, maxZoom: Number(maxZoom.toFixed(3)) };
    return { effect, forecast: forecastSteady(motion, range, aspect, effect) };
  };
  if (named !== undefined) return attempt(named);
  let tried = attempt(zooms[0]!);
  for (const zoom of zooms.slice(1)) {
    const { leftPercent, shakePercent } = tried.forecast;
    // Half strength is asked for to keep half of it.
    if (leftPercent <= (1 - strength + strength * mostLeft) * shakePercent) break;
    tried = attempt(zoom);
  }
  return tried;
}
