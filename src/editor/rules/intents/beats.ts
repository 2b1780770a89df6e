/** Wishes to cut with the music. */
import { call, type Intent } from '../intent.ts';

/** "Sync the music to the cuts": one of them has to move, and it is the cuts; a bed is made where there is none. */
const musicToCuts =
  /\b(?:sync(?:ed|ing|hroni[sz]e)?|match(?:ed|ing)?|align(?:ed)?|line up|fit|time)\b.*\b(?:music|song|bgm|track|soundtrack)\b.*\b(?:to|with)\b.*\b(?:cuts|edits|transitions)\b|(?:音乐|配乐|bgm).{0,2}(?:和|与|跟).{0,8}(?:对齐|同步)|(?:音乐|配乐|bgm).{0,4}(?:对齐|同步|配合|卡|踩|匹配).{0,4}(?:剪切点|镜头|切换|画面|剪辑)|(?:剪切点|镜头|画面切换).{0,4}(?:对齐|配合|卡|踩|匹配).{0,3}(?:音乐|配乐)/;

export const cutToBeats: Intent = {
  name: 'cut-to-beats',
  read: ({ words, negated }) =>
    negated
      ? undefined
      : musicToCuts.test(words)
        ? call('cut_to_beats', { with_music: true })
        : /\b(?:cuts?|cutting|sync(?:ed|ing|hroni[sz]e)?|match(?:ed|ing)?|align(?:ed)?|snap|edit(?:ed)?|move|time|transitions?|clips|photos|pictures)\b.*\b(?:to|on|onto|with) (?:the )?(?:(?:music|song|track)(?:'s)? )?(?:beats?|rhythm|beat of the (?:music|song))\b|^(?:cut|edit)? ?(?:on|to) the beat$|\b(?:cuts?|edits?|clips|transitions?)\b.*\b(?:follow|hit|land on|go with|fit|match)\b.*\b(?:music|song|track|beats?|rhythm)\b|\bbeat[- ]sync|卡点|踩点|(?:跟着|跟|按照?|根据|对齐|配合|踩着?).{0,4}(?:节拍|节奏|鼓点)/.test(
              words,
            )
          ? call('cut_to_beats')
          : undefined,
};
