/** Wishes about several cameras at one event. */
import type { Clause } from '../clause.ts';
import { call, type Intent } from '../intent.ts';
import { pointText } from '../times.ts';
import { rangeOf } from './cutting.ts';

const numbers: Readonly<Record<string, number>> = {
  one: 1,
  first: 1,
  two: 2,
  second: 2,
  three: 3,
  third: 3,
  four: 4,
  fourth: 4,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
};

export const syncCameras: Intent = {
  name: 'sync-cameras',
  read: ({ words, negated }) =>
    !negated &&
    (/\b(?:sync(?:hroni[sz]e)?|align|line up|match)\b.*\b(?:cameras|camera angles|angles|multi-?cam|cams)\b|\bmulti-?cam sync\b|(?:多机位|各机位|所有机位|几个机位|两个机位|三个机位|机位).{0,4}(?:同步|对齐)|(?:同步|对齐).{0,6}机位/.test(
      words,
    ) ||
      /^(?:make (?:it |this )?(?:a )?)?multi-?cam$/.test(words))
      ? call('sync_cameras')
      : undefined,
};

export const switchCamera: Intent = {
  name: 'switch-camera',
  read: (clause) => {
    const { words, negated } = clause;
    if (negated) return undefined;
    const camera = cameraIn(words);
    if (camera === undefined || !/\b(?:show|switch|cut|change|go|use|take|swap)\b|切换?|换|用|显示/.test(words)) return undefined;
    const place = placeOf(clause);
    return place === undefined ? undefined : call('switch_camera', { camera, ...place });
  },
};

function cameraIn(words: string): number | undefined {
  const found =
    /\b(?:camera|cam|angle)\s*(?:number |no\.? )?(\d{1,2}|one|two|three|four)\b|\b(?:the )?(first|second|third|fourth) (?:camera|cam|angle)\b|机位\s*(\d{1,2}|[一二两三四])|(\d{1,2}|[一二两三四])号?机位?/.exec(
      words,
    );
  const said = found?.slice(1).find((part) => part !== undefined);
  return said === undefined ? undefined : (numbers[said] ?? Number(said));
}

function placeOf({ stretches, times, words }: Clause): { readonly start?: string; readonly end?: string } | undefined {
  if (stretches.length === 1) return rangeOf(stretches[0]!);
  if (stretches.length > 1 || times.length > 1) return undefined;
  if (times.length === 0) return {};
  return /\b(?:until|till|up to)\b|为止|之前/.test(words) ? { end: pointText(times[0]!) } : { start: pointText(times[0]!) };
}
