/** How the picture looks all along: too dark, combed, on its side. */
import { mainVideoStream } from '#core/asset';
import type { Problem, QualityFacts } from '#core/facts';
import type { PictureCase } from './picture-problems.ts';
import { problem, type PlacedUse } from './problem-places.ts';

export function lookProblems(seen: PictureCase): Problem[] {
  return [...darkProblems(seen), ...interlacedProblems(seen), ...sidewaysProblems(seen)];
}

/** Of the scale: nothing in the picture is brighter than a shadow in a well lit one, and yet there is a picture. */
const [mostHighlight, mostMean, leastMean] = [0.4, 0.22, 0.075];
const mostOfTheTime = 0.7;

/** The seconds with too little light; a scene with a lamp or a face in it is a dark scene and no mistake. */
function darkSeconds({ highlight, exposure }: QualityFacts): number[] {
  return highlight.flatMap((value, index) => {
    const mean = exposure[index] ?? 1;
    return value < mostHighlight && mean < mostMean && mean > leastMean ? [index] : [];
  });
}

function darkProblems(seen: PictureCase): Problem[] {
  const { quality } = seen.facts;
  const plain = seen.clips.some(({ clip }) => lacks(clip, 'color'));
  if (quality === undefined || !plain) return [];
  const dark = darkSeconds(quality);
  if (dark.length < 2 || dark.length < mostOfTheTime * quality.highlight.length) return [];
  const brightest = dark.reduce((sum, second) => sum + quality.highlight[second]!, 0) / dark.length;
  const stops = Math.round(Math.min(2, Math.max(0.3, Math.log2(0.75 / brightest))) * 10) / 10;
  return [
    problem(seen, 'dark', {
      severity: 0.3 + (mostHighlight - brightest),
      places: [],
      en: `too dark: nothing is brighter than ${Math.round(brightest * 100)} % of white`,
      zh: `画面过暗：最亮处仅为白色的 ${Math.round(brightest * 100)}%`,
      repair: { tool: 'adjust_color', input: { exposure: stops } },
    }),
  ];
}

function interlacedProblems(seen: PictureCase): Problem[] {
  if (seen.facts.framing?.interlaced !== true) return [];
  return [
    problem(seen, 'interlaced', {
      severity: 0.45,
      places: [],
      en: 'interlaced: moving edges are torn into combs',
      zh: '隔行扫描：运动边缘呈梳齿状',
    }),
  ];
}

/**
 * A picture that is stored upright and yet told to be turned by a quarter: programs that turn the pixels and forget to take the mark
 * away leave that. Cameras store lying pictures and mark them, never upright ones.
 */
function sidewaysProblems(seen: PictureCase): Problem[] {
  const stream = mainVideoStream(seen.asset);
  if (stream === undefined || !seen.clips.some(({ clip }) => lacks(clip, 'place'))) return [];
  const { rotation, codedSize } = stream;
  if ((rotation !== 90 && rotation !== 270) || codedSize.height <= codedSize.width) return [];
  return [
    problem(seen, 'sideways', {
      severity: 0.5,
      places: [],
      en: `may lie on its side: stored upright (${codedSize.width}×${codedSize.height}) and marked to be turned by ${rotation}°`,
      zh: `画面可能侧倒：文件本身为竖向（${codedSize.width}×${codedSize.height}），却标记旋转 ${rotation}°`,
      repair: { tool: 'turn', input: { degrees: rotation === 90 ? -90 : 90 } },
    }),
  ];
}

function lacks(clip: PlacedUse['clip'], name: 'color' | 'place'): boolean {
  return clip.effects.every((effect) => effect.name !== name);
}
