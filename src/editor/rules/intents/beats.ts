/** Wishes to cut with the music. */
import { call, type Intent } from '../intent.ts';

export const cutToBeats: Intent = {
  name: 'cut-to-beats',
  read: ({ words, negated }) =>
    !negated &&
    /\b(?:cuts?|cutting|sync(?:ed|ing|hroni[sz]e)?|match(?:ed|ing)?|align(?:ed)?|snap|edit(?:ed)?|move|time|transitions?|clips|photos|pictures)\b.*\b(?:to|on|onto|with) (?:the )?(?:(?:music|song|track)(?:'s)? )?(?:beats?|rhythm|beat of the (?:music|song))\b|^(?:cut|edit)? ?(?:on|to) the beat$|\bbeat[- ]sync|卡点|踩点|(?:跟着|按照?|根据|对齐|配合|踩着?).{0,4}(?:节拍|节奏|鼓点)/.test(
      words,
    )
      ? call('cut_to_beats')
      : undefined,
};
