/** Wishes about whole clips: their order, new ones, others in their place, none. */
import { clipsIn, mediaNameIn } from '../amounts.ts';
import type { Clause } from '../clause.ts';
import { call, has, removing, type Intent } from '../intent.ts';
import { pointText } from '../times.ts';

const media =
  /\b(?:video|clip|picture|image|photo|footage|recording|intro|outro|file|media|b-?roll|slide|screenshot|logo)\b|视频|图片|照片|素材|片头|片尾|片段|截图/;

export const clips: Intent = {
  name: 'clips',
  read: (clause) => {
    const words = clause.words.replace(/[\w-]+\.(?:mp4|mov|webm|mkv|avi|png|jpe?g|gif|webp)\b/gi, 'media');
    if (
      /\b(?:title|text|caption|transition|music|watermark|sound|audio|noise|pauses?)\b|标题|文字|字幕|转场|音乐|水印|声音|噪|停顿/.test(
        words,
      )
    )
      return undefined;
    if (clause.stretches.length > 0) return edgeInsert(clause);
    return swap(words) ?? move(words) ?? replace(clause) ?? remove(words) ?? insert(clause);
  },
};

function swap(words: string) {
  if (
    !/\bswap(?:s|ped)?\b|\b(?:switch|exchange)\b.*\b(?:with|places|order|around)\b|\bchange places\b|交换|对调|互换/.test(words)
  )
    return undefined;
  const [a, b] = clipsIn(words);
  const loose = [...words.matchAll(/(?<![\w.])(\d{1,3})(?![\w.%:])/g)].map((match) => Number(match[1]));
  const [first, second] = [a ?? loose[0], b ?? loose.find((number) => number !== a)];
  return first === undefined || second === undefined ? undefined : call('move_clip', { clip: first, to: second, swap: true });
}

function move(words: string) {
  if (!/\b(?:move|put|place|bring|shift|make|play|show)\b|移|放|挪|调/.test(words)) return undefined;
  const [clip, other] = clipsIn(words.replace(/\b(?:come |go |be )?(?:first|last|second|third)$/, ''));
  if (clip === undefined) return undefined;
  if (
    /\b(?:first|to the (?:very )?(?:start|beginning|front)|at the (?:very )?(?:start|beginning|front))$|\b(?:at|to) the (?:start|beginning|front)\b|(?:最前|开头|第一位|第一个位置|最开始|前面)$|到(?:最前|开头)/.test(
      words,
    )
  )
    return call('move_clip', { clip, to: 1 });
  if (
    /\b(?:last|(?:to|at) the (?:very )?end)$|\b(?:at|to) the end\b|(?:最后|结尾|末尾|最后面|后面)$|到(?:最后|结尾|末尾)/.test(
      words,
    )
  )
    return call('move_clip', { clip, to: -1 });
  const place = /\bto (?:position|place|number|spot) (\d{1,3})\b|\bsecond$|到第(\d{1,3})(?:位|个位置)?/.exec(words);
  if (place !== null) return call('move_clip', { clip, to: Number(place[1] ?? place[2] ?? 2) });
  if (other === undefined) return undefined;
  if (/\bbefore\b|之前|前面/.test(words)) return call('move_clip', { clip, to: clip > 0 && clip < other ? other - 1 : other });
  if (/\b(?:after|behind)\b|之后|后面/.test(words))
    return call('move_clip', { clip, to: clip > 0 && clip < other ? other : other + 1 });
  return undefined;
}

function replace(clause: Clause) {
  const { words } = clause;
  if (!/\breplace\b|\bswap .* (?:for|with)\b|\bsubstitute\b|替换|换成/.test(words)) return undefined;
  const [clip] = clipsIn(words);
  const asset = mediaNameIn(clause);
  return clip === undefined ? undefined : call('replace_clip', { clip, ...(asset === undefined ? {} : { asset }) });
}

function remove(words: string) {
  if (!(has(words, removing) || /删|去掉|移除|剪掉|不要/.test(words)) || /⟦/.test(words)) return undefined;
  // "Trim the first clip" makes it shorter, nobody knows by what.
  if (/^(?:trim|trimming|tighten|crop|修剪|裁剪)/.test(words)) return undefined;
  if (/\b(?:end|start|beginning|half|frame|from|of)\b|开头|结尾|里|中的/.test(words.replace(/\bget(?:ting)? rid of\b/, ' ')))
    return undefined;
  const found = clipsIn(words);
  return found.length === 1 ? call('remove_clip', { clip: found[0] }) : undefined;
}

/** "… for 3 seconds at the start" reads like a stretch of time and says where and how long. */
function edgeInsert(clause: Clause) {
  const [stretch, ...more] = clause.stretches;
  if (more.length > 0 || stretch === undefined) return undefined;
  const atStart = stretch.start === 'start' && typeof stretch.end === 'number';
  const atEnd = stretch.end === 'end' && typeof stretch.start === 'number' && stretch.start < 0;
  if (!atStart && !atEnd) return undefined;
  const words = `${clause.words.replace(/(?:for )?⟪\d+⟫/, '')} at the ${atStart ? 'start' : 'end'}`;
  const [found] = insert({ ...clause, words, stretches: [], times: [] }) ?? [];
  const seconds = atStart ? (stretch.end as number) : -(stretch.start as number);
  return found === undefined ? undefined : call('insert_clip', { ...found.input, seconds });
}

function insert(clause: Clause) {
  const { words } = clause;
  const asset = mediaNameIn(clause);
  // Words in quotes are a file's name only where a file is spoken of.
  if (clause.quotes.length > 0 && !media.test(words) && !/\.[a-z0-9]{3,4}$/i.test(asset ?? '')) return undefined;
  const adding =
    /\b(?:add|insert|put|append|prepend|place|use|show|attach|join|(?:start|open|begin|end|close|finish)(?: (?:it|the video|the film))? (?:with|on))\b|添加|插入|加上?|放|拼接|接上/.test(
      words,
    );
  if (!adding || !(media.test(words) || asset !== undefined)) return undefined;
  const kind = /\b(?:picture|image|photo|slide|screenshot|logo)\b|图片|照片|截图/.test(words)
    ? 'image'
    : /\b(?:video|footage|recording)\b|视频/.test(words)
      ? 'video'
      : undefined;
  const start =
    /\b(?:at|to|in) the (?:very )?(?:start|beginning|front)\b|\bbefore (?:everything|the video|it)\b|\bprepend\b|\b(?:start|open|begin)(?: (?:it|the video|the film))? (?:with|on)\b|\bas (?:an? |the )?intro\b|开头|最前|片头(?!图)/.test(
      words,
    );
  const end =
    /\b(?:at|to) the (?:very )?end\b|\bappend\b|\bafter (?:everything|the video|it)\b|\bas (?:an? |the )?outro\b|结尾|末尾|最后/.test(
      words,
    );
  const after = /\bafter\b.*|.*(?:之后|后面)/.exec(words)?.[0];
  const [afterClip] = after === undefined ? [] : clipsIn(after);
  const marks = [...words.matchAll(/([^\s⟦⟧]*)\s*⟦\d+⟧(处|的地方|的位置)?/g)];
  const point = marks.findIndex((match) => /(?:at|在|第)$/.test(match[1]!) || match[2] !== undefined);
  const length = marks.findIndex((match, index) => index !== point && /(?:^for|lasting|持续|显示|停留|展示|)$/.test(match[1]!));
  if (!start && !end && afterClip === undefined && point < 0 && asset === undefined) return undefined;
  return call('insert_clip', {
    ...(asset === undefined ? {} : { asset }),
    ...(kind === undefined || asset !== undefined ? {} : { kind }),
    ...(afterClip === undefined
      ? point >= 0
        ? { at: pointText(clause.times[point]!) }
        : start
          ? { at: 'start' }
          : {}
      : { after_clip: afterClip }),
    ...(length >= 0 && clause.times[length] !== undefined ? { seconds: clause.times[length] } : {}),
  });
}
