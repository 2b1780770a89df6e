/** Wishes to move a voiceover to its pictures. */
import { call, type Intent } from '../intent.ts';

const voice = /\bvoice-? ?overs?\b|\bnarration\b|配音|旁白|解说/;
const cuts = /\b(?:video |picture |scene )?cuts\b|\b(?:shots|scenes)\b|镜头|画面切换|剪切点|切换点/;
const brings =
  /\b(?:re-?)?sync(?:s|ed|ing|hroni[sz]e[ds]?|hroni[sz]ing)?\b|\b(?:fit|match|align|line up|move|time|place|spread)(?:s|ed|ing)?\b|\bstarts? with (?:each|every|its)\b|对齐|对上|对准|同步|匹配|配合|跟上|贴合/;
const makes =
  /\b(?:write|generate|create|record|read|speak|say|draft|translate)\b|\b(?:make|add) (?:a|an|me|some)\b|写|生成|添加|加[上个一段]|朗读|录制|翻译/;
const pictures = /\b(?:video|picture|footage|visuals|images|screen)\b|画面|视频|影像/;

export const fitVoiceover: Intent = {
  name: 'fit-voiceover',
  read: ({ words, negated }) => {
    if (
      negated ||
      makes.test(words) ||
      !brings.test(words) ||
      /\b(?:music|song|beats?|bgm|captions?|subtitles?|titles?)\b|音乐|节拍|字幕/.test(words)
    )
      return undefined;
    const isVoiceover = voice.test(words);
    const isVoice = isVoiceover || /\b(?:voice|voice track|speech|audio|sound|recording)\b|人声|声音|录音/.test(words);
    if (
      (isVoiceover && (pictures.test(words) || cuts.test(words))) ||
      (isVoice && cuts.test(words) && /\bto\b|\bwith\b|对|到|和|跟|与/.test(words))
    )
      return call('fit_voiceover');
    return isVoiceover && /\bsync|同步|对齐|对上/.test(words) ? call('fit_voiceover') : undefined;
  },
};
