/** Wishes about what lies over the picture or takes from it: logos, a second picture, blurs, green screens. */
import { colorIn, cornerIn, mediaNameIn, percentOf, sizeOf, targetsOf } from '../amounts.ts';
import { call, has, removing, type Intent } from '../intent.ts';

const takes = (words: string): boolean => has(words, `${removing}|no|without|hide`) || /去掉|去除|删|移除|取消|不要/.test(words);

export const watermark: Intent = {
  name: 'watermark',
  read: (clause) => {
    const { words } = clause;
    if (!/\bwater ?marks?\b|\blogos?\b|水印|台标|角标|标志|商标/.test(words)) return undefined;
    // A file that happens to be called so may be wanted in the story.
    if (
      !/\bwater ?marks?\b|水印/.test(words) &&
      cornerIn(words) === undefined &&
      /\b(?:insert|append|prepend)\b|\b(?:at|to) the (?:very )?(?:start|beginning|end)\b|\bafter\b|插入|开头|结尾/.test(words)
    )
      return undefined;
    if (takes(words)) return call('watermark', { remove: true });
    const corner = cornerIn(words);
    const percent = percentOf(words);
    const isOpacity = percent !== undefined && /\b(?:opacity|opaque|transparen\w*|see-through|visible)\b|透明/.test(words);
    const seeThrough = /\btransparen|透明度/.test(words) && !/不透明/.test(words);
    const opacity = isOpacity
      ? (seeThrough ? 100 - percent : percent) / 100
      : /\b(?:faint|subtle|transparent|see-through)\b|半透明|淡/.test(words)
        ? 0.4
        : undefined;
    const size =
      percent !== undefined && !isOpacity
        ? percent / 100
        : /\b(?:small|tiny)\b|小/.test(words)
          ? 0.1
          : /\b(?:big|large)\b|大/.test(words)
            ? 0.25
            : undefined;
    const name = mediaNameIn(clause);
    const isFile = name !== undefined && /\.[a-z0-9]{3,4}$/i.test(name);
    const asText = name !== undefined && !isFile && /water ?mark|水印|text|文字/.test(words) ? { text: name } : {};
    return call('watermark', {
      ...(isFile ? { asset: name } : {}),
      ...asText,
      ...(corner === undefined ? {} : { corner }),
      ...(size === undefined ? {} : { size: Math.min(1, Math.max(0.02, size)) }),
      ...(opacity === undefined ? {} : { opacity: Math.max(0.05, Math.min(1, opacity)) }),
    });
  },
};

export const pictureInPicture: Intent = {
  name: 'picture-in-picture',
  read: (clause) => {
    const { words } = clause;
    const named = /\bpicture[- ]in[- ]picture\b|\bpip\b|\b(?:face|web) ?cam\b|画中画|小窗/.test(words);
    const second =
      /\b(?:second|other|another|new|2nd) (?:video|clip|picture|recording)\b|\boverlay\b|第二个(?:视频|素材|画面)|另一个(?:视频|画面)/.test(
        words,
      );
    const where = /\bcorner\b|\bon top\b|\bover(?:lay)?\b.*\b(?:first|main|it)\b|角落?|叠(?:加|在)/.test(words);
    const overlay = second && where && !/\b(?:text|title|caption|logo|watermark|transition)\b|文字|标题|字幕/.test(words);
    if (!named && !overlay) return undefined;
    if (takes(words)) return call('picture_in_picture', { remove: true });
    const corner = cornerIn(words);
    const percent = percentOf(words);
    const size =
      percent !== undefined
        ? percent / 100
        : /\b(?:small|tiny)\b|小一?点|小小/.test(words)
          ? 0.2
          : /\b(?:big|large)\b|大一?点/.test(words)
            ? 0.45
            : undefined;
    const asset = mediaNameIn(clause);
    const sound = /\bwith (?:its |the )?(?:sound|audio)\b|带声音|保留声音/.test(words);
    const [target = {}] = targetsOf({ ...clause, words: '' });
    return call('picture_in_picture', {
      ...(asset === undefined ? {} : { asset }),
      ...(corner === undefined ? {} : { corner }),
      ...(size === undefined ? {} : { size: Math.min(1, Math.max(0.05, size)) }),
      ...(sound ? { sound } : {}),
      ...target,
    });
  },
};

export const blur: Intent = {
  name: 'blur',
  read: (clause) => {
    const { words } = clause;
    if (!/\b(?:blur(?:s|red|ry|ring)?|censor|pixelate)\b|模糊|打码|马赛克|虚化/.test(words)) return undefined;
    if (
      /\b(?:transitions?|too blurry|why|text|title)\b|转场|背景(?:模糊|虚化)|模糊(?:的)?背景|虚化背景|文字|标题/.test(words) ||
      /\bblur(?:red|ry)? (?:the )?(?:background|sides?|bars?|faces?|licen[cs]e|plates?)|\b(?:faces?|plates?|background)\b.*blur|人脸|车牌|脸/.test(
        words,
      )
    )
      return undefined;
    const targets = targetsOf(clause);
    if (takes(words) || /\b(?:un-?blur|sharp)\b/.test(words))
      return targets.flatMap((target) => call('blur', { remove: true, ...target }));
    const size = sizeOf(words);
    const region = regionIn(words);
    return targets.flatMap((target) =>
      call('blur', {
        ...(size === 1 ? {} : { strength: size < 1 ? 'light' : 'strong' }),
        ...(region === undefined ? {} : { region }),
        ...target,
      }),
    );
  },
};

type Region = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

function regionIn(words: string): Region | undefined {
  const corner = /\bcorner\b|角/.test(words) ? cornerIn(words) : undefined;
  if (corner !== undefined && corner !== 'center')
    return { x: corner.endsWith('left') ? 0 : 0.7, y: corner.startsWith('top') ? 0 : 0.7, width: 0.3, height: 0.3 };
  const half = /\bhalf\b|半/.test(words);
  if (/\bleft (?:half|side)|左(?:半|侧|边)/.test(words)) return { x: 0, y: 0, width: half ? 0.5 : 0.3, height: 1 };
  if (/\bright (?:half|side)|右(?:半|侧|边)/.test(words))
    return { x: half ? 0.5 : 0.7, y: 0, width: half ? 0.5 : 0.3, height: 1 };
  if (/\btop (?:half|part)|上(?:半|方)/.test(words)) return { x: 0, y: 0, width: 1, height: half ? 0.5 : 0.3 };
  if (/\bbottom (?:half|part)|下(?:半|方)/.test(words)) return { x: 0, y: half ? 0.5 : 0.7, width: 1, height: half ? 0.5 : 0.3 };
  return /\b(?:cent(?:er|re)|middle)\b|中间|中央/.test(words) ? { x: 0.3, y: 0.3, width: 0.4, height: 0.4 } : undefined;
}

export const chromaKey: Intent = {
  name: 'chroma-key',
  read: (clause) => {
    const { words } = clause;
    if (
      !/\b(?:green|blue) ?screen\b|\bchroma(?:[- ]?key)?\b|\bkey(?:ing)? (?:it |out )|\bkey out\b|绿幕|蓝幕|抠像|抠图|抠绿|抠掉/.test(
        words,
      )
    )
      return undefined;
    if (/\b(?:undo|stop|without|no) (?:the )?(?:chroma|key|green)|取消抠/.test(words))
      return call('chroma_key', { remove: true });
    const color = /\bblue ?screen\b|蓝幕/.test(words) ? '#0047bb' : undefined;
    const behind = /\b(?:with|by|put|behind|background|to|into|for)\b(.*)|(?:换成|背景|变成|用)(.*)/.exec(
      words.replace(/\b(?:green|blue) ?screen\b|绿幕|蓝幕/g, ''),
    );
    const background = behind === null ? undefined : colorIn(behind[1] ?? behind[2] ?? '');
    return targetsOf(clause).flatMap((target) =>
      call('chroma_key', {
        ...(color === undefined ? {} : { color }),
        ...(background === undefined ? {} : { background }),
        ...target,
      }),
    );
  },
};
