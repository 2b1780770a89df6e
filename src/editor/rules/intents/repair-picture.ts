/** Wishes about what is wrong with the picture: shaking, jumps in time; and where its scenes are. */
import { percentOf, targetsOf } from '../amounts.ts';
import { call, has, removing, type Intent } from '../intent.ts';

export const stabilize: Intent = {
  name: 'stabilize',
  read: (clause) => {
    const { words } = clause;
    const named = /\b(?:de-?)?stabili[sz](?:e|es|ed|er|ing|ation)\b|防抖|增稳|稳定(?:画面|视频|镜头|一下)?|去抖/.test(words);
    const shaky =
      /\b(?:shak(?:y|es?|ing|iness)|jitter(?:y|s|ing)?|wobbl(?:y|e|es|ing)|unsteady|bumpy|camera shake)\b|抖动|晃动|手抖|太抖|很抖|有点抖|在抖|有点晃|太晃|很晃|晃得|抖得/.test(
        words,
      ) && !/\b(?:hands?|milk ?shake|voice)\b/.test(words);
    const steady =
      /\b(?:steady|steadier|smoother|more stable)\b.*\b(?:shot|clip|camera|video|picture|footage|it)\b|\b(?:make|hold|keep)\b.*\b(?:steady|steadier|stable)\b/.test(
        words,
      );
    if (!named && !shaky && !steady) return undefined;
    if (clause.negated) return call('stabilize_video');
    const off =
      named && (has(words, `(?:${removing}|turn off|undo|disable|without)`) || /取消|关闭|撤销|不要/.test(words)) && !shaky;
    const percent = percentOf(words);
    const little = /\b(?:a (?:bit|little|tad|touch)|slightly|less|gent(?:le|ly)|subtl[ey])\b|稍微|轻微|一点/.test(words) && named;
    const strength = percent !== undefined ? Math.min(1, percent / 100) : little ? 0.6 : undefined;
    return targetsOf(clause).flatMap((target) =>
      call('stabilize_video', off ? { remove: true, ...target } : { ...(strength === undefined ? {} : { strength }), ...target }),
    );
  },
};

export const jumpCuts: Intent = {
  name: 'jump-cuts',
  read: (clause) => {
    const { words } = clause;
    if (!/\bjump[- ]?cuts?\b|\bjumpy cuts?\b|跳切|跳剪|跳帧/.test(words)) return undefined;
    if (clause.negated) return call('smooth_jump_cuts');
    if (/\b(?:undo|without|turn off)\b.*\b(?:punch|zoom)|取消.*放大/.test(words))
      return call('smooth_jump_cuts', { remove: true });
    const wished =
      has(
        words,
        `(?:${removing}|smooth(?:en|er|ing)?|soften|hide|hiding|cover|fix|mask|disguise|less|reduce|blend|repair|conceal|too many|jarring)`,
      ) ||
      /平滑|柔化|掩盖|隐藏|修复|处理|去|减|自然|太多/.test(words) ||
      words.split(' ').length <= 3;
    const method = /\bmorph|变形/.test(words) ? 'morph' : /\bpunch|放大/.test(words) ? 'punch-in' : undefined;
    return wished || method !== undefined ? call('smooth_jump_cuts', method === undefined ? {} : { method }) : undefined;
  },
};

export const scenes: Intent = {
  name: 'scenes',
  read: ({ words, negated }) => {
    const about = /\b(?:scenes?|shots?|scene changes?|shot changes?)\b|场景|镜头|分镜/.test(words);
    if (!about || negated) return undefined;
    const splitting =
      /\b(?:split|cut|divide|separate|chop|break)\b.*\b(?:at|by|into|on|between)\b.*\b(?:scenes?|shots?)\b|(?:按|在).*(?:场景|镜头|分镜).*(?:切|分|剪|拆)|(?:切|分|拆)成.*(?:场景|镜头)/.test(
        words,
      );
    if (splitting) return call('find_scenes', { split: true });
    const finding =
      /\b(?:find|detect|list|show(?: me)?|where (?:are|do)|how many|identify|locate|mark)\b.*\b(?:scenes?|shots?)\b|\b(?:scene|shot) (?:detection|list)\b|(?:找|检测|列出|识别|有多少|几个|哪些).*(?:场景|镜头|分镜)|(?:场景|镜头|分镜)(?:检测|列表|识别)/.test(
        words,
      );
    return finding ? call('find_scenes') : undefined;
  },
};
