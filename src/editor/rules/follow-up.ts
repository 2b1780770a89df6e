/** Sentences that only mean something after another one: "a bit less", "slower", "another one", "remove it". */
import { cornerIn, sizeOf, targetsOf } from './amounts.ts';
import { splitClauses } from './clause.ts';
import { followers } from './follow-steps.ts';
import type { ToolCallRequest } from './request.ts';

const subject =
  "(?:(?:make|turn|do|have|set|want|move|put|show|let's have|try|use|give me|i want|i'd like|can you|could you|please|now|ok(?:ay)?|hmm|it's|it is|that's|that is|still|not quite|just)\\s+)*(?:(?:it|that|this|them|the effect)\\s+)?(?:(?:is|was|be)\\s+)?(?:still\\s+)?";
const tail = '(?:\\s+(?:it|that|this|please|thanks|then|now|instead|again|of (?:it|that)|than that|though|on that))*';
const amount =
  '(?:(?:just )?a (?:little )?(?:bit|little|tad|touch)\\s+|slightly\\s+|much\\s+|a lot\\s+|even\\s+|way\\s+|far\\s+|some\\s+)*';

/** The whole sentence, politeness and amount aside. */
function whole(english: string, chinese: string): RegExp {
  return new RegExp(
    `^${subject}${amount}(?:${english})${tail}$|^(?:请|再|还是|稍微|稍|有点|更|把它|让它|它|我要|我想要?|能不能|可以|帮我)*(?:${chinese})(?:一点点?|一些|点|些|吧|了|呢|吗|一下)*$`,
  );
}

const patterns: readonly (readonly [keyof typeof followers, RegExp])[] = [
  [
    'less',
    whole(
      'less(?: so)?|weaker|subtler|not (?:so|that) (?:much|strong)|too (?:much|strong)|tone (?:it |that )?down',
      '少|弱|太多|太强|太过|过头|不要那么[多强]',
    ),
  ],
  ['more', whole('more|stronger|not enough|(?:go )?further|too (?:little|weak)', '多|强|不够|太少|太弱|来(?=一?点|些)')],
  ['slower', whole('slower|longer|slow(?: it)? down', '慢|长')],
  ['faster', whole('faster|quicker|shorter|speed(?: it)? up', '快|短')],
  ['louder', whole('louder|turn (?:it )?up|too quiet', '大声|响|太小声|声音大')],
  ['quieter', whole('quieter|softer|lower|turn (?:it )?down|too loud', '小声|轻|太响|太大声|声音小')],
  ['bigger', whole('bigger|larger|too small', '大|太小|放大')],
  ['smaller', whole('smaller|too (?:big|large)', '小|太大|缩小')],
  [
    'another',
    whole(
      "(?:a |an )?(?:another|different|other|new)(?: (?:one|style|song|track|look|music|kind|piece))?|something (?:else|different)|i don't like (?:it|that|this)",
      '(?:换|来)(?:一)?[个首种](?:样式|风格|别的|其他的)?|换个(?:样式|风格)|另一[个首种]|别的',
    ),
  ],
  [
    'again',
    whole('(?:do )?(?:that |it |the same )?(?:again|once more|one more time)|repeat(?: that)?', '再来一次|再做一次|重复'),
  ],
  [
    'takeAway',
    /^(?:please |just |now |actually |ok(?:ay)? )*(?:remove|delete|drop|lose|get rid of|take (?:off|away|out)|no|without)(?: it| that| this| them)(?: (?:again|please|off|away|out))*$|^(?:please )?take (?:it|that|them) (?:off|away|out)(?: again)?$|^(?:请)?(?:把)?(?:它|这个|那个)?(?:去掉|删掉|移除|取消|不要)(?:它|这个|那个|了|吧)*$/,
  ],
  [
    'corner',
    /^(?:(?:please )?(?:put|move|place|make) (?:it|that) )?(?:(?:in|to|at|on) the )?(?:top|bottom|upper|lower)?[- ]?(?:left|right)(?: corner)?(?: please| instead)?$|^(?:放|移)?(?:到|在)?[左右](?:上|下)?角?$/,
  ],
];

const sameFor =
  /^(?:please |now |and |then |do |also )*(?:the )?same (?:thing |edit |again )?(?:for|to|with|on|in) (.+)$|^(?:请)?(?:也)?(?:同样|一样|照样)(?:地)?(?:处理|修改|对待)(?:一下)?(.+)$|^(?:请)?(?:对)?(.+?)(?:也|做)(?:做)?(?:一样|同样|这样)的?(?:处理|做|修改|弄)?(?:一下)?$/;

/** "The same for the second video": all that the last message asked, there. */
function sameElsewhere(words: string, last: () => readonly ToolCallRequest[]): readonly ToolCallRequest[] | undefined {
  const found = sameFor.exec(words);
  if (found === null) return undefined;
  const where = found[1] ?? found[2] ?? found[3] ?? '';
  const [target] = targetsOf(
    splitClauses(where)[0] ?? { words: '', said: '', negated: false, quotes: [], times: [], stretches: [] },
  );
  if (target === undefined || Object.keys(target).length === 0) return undefined;
  const movable = last().filter(({ tool }) => placeable.has(tool));
  if (movable.length === 0) return undefined;
  return movable.map(({ tool, input }) => {
    const rest = Object.fromEntries(Object.entries(input).filter(([key]) => !['start', 'end', 'clip', 'file'].includes(key)));
    return { tool, input: { ...rest, ...target } };
  });
}

/** Tools that can be about one clip or file. */
const placeable: ReadonlySet<string> = new Set([
  'remove_noise', 'trim_pauses', 'stabilize_video', 'adjust_color', 'blur', 'zoom', 'crop', 'turn', 'reverse', 'set_speed', 'chroma_key',
]); // prettier-ignore

const offset =
  /^(?:(?:it(?:'s| is)|the (?:sound|audio) is|about|around|roughly|i think|maybe) )*(\d+(?:[ .]\d+)?) ?(ms|milliseconds?|s|secs?|seconds?|毫秒|秒)? ?(?:too )?(late|early|behind|ahead|delayed)$|^(?:声音)?(?:大概|大约)?(晚|早|慢|快)了?(\d+(?:[ .]\d+)?)(毫秒|秒)$/;

/** "200 ms late", said to the question how late the sound is. The point of a number is a space here. */
function syncAnswer(words: string, last: () => readonly ToolCallRequest[]): readonly ToolCallRequest[] | undefined {
  const found = offset.exec(words);
  if (found === null || !last().some(({ tool }) => tool === 'sync_audio')) return undefined;
  const [amount, unit, way] = found[1] === undefined ? [found[5], found[6], found[4]] : [found[1], found[2], found[3]];
  const isSeconds = /^s|秒$/.test(unit ?? 'ms') && unit !== '毫秒';
  const ms = Math.round(Number(amount?.replace(' ', '.')) * (isSeconds ? 1000 : 1));
  return [{ tool: 'sync_audio', input: { sound_later_ms: /early|ahead|早|快/.test(way ?? '') ? ms : -ms } }];
}

/** The calls that a follow-up means, from what the message before it asked; undefined for a sentence that stands alone. */
export function followUp(sentence: string, last: () => readonly ToolCallRequest[]): readonly ToolCallRequest[] | undefined {
  const words = sentence
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[.!?。！？,，~～]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (words.length === 0 || words.length > 60) return undefined;
  const answered = syncAnswer(words, last);
  if (answered !== undefined) return answered;
  const elsewhere = sameElsewhere(words, last);
  if (elsewhere !== undefined) return elsewhere;
  const found = patterns.find(([, pattern]) => pattern.test(words));
  if (found === undefined) return undefined;
  const said = { size: sizeOf(words.replace(/(?:too|not (?:so|that)) much/, ' ')), corner: cornerIn(words) };
  // The newest of the wishes that it can be about.
  for (const call of last().toReversed()) {
    const calls = followers[found[0]](call, said);
    if (calls !== undefined) return calls;
  }
  return undefined;
}
