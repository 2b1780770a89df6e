/** Wishes about music: a bed, another one, none, and how it gives way to speech. How loud it is comes with the other levels. */
import type { musicMoods } from '#core/facts';
import { mediaNameIn, percentOf } from '../amounts.ts';
import { call, has, removing, type Intent } from '../intent.ts';
import type { Clause } from '../clause.ts';
import { pointText } from '../times.ts';
import { rangeOf } from './cutting.ts';

const about =
  /\b(?:music|bgm|soundtrack|song|tune|jazz|(?:lo-?fi|drum) beats?|backing track|(?:chill|lo-?fi|upbeat|calm|background|soft|happy|cinematic|relaxing) track|score|music bed)\b|音乐|配乐|背景乐|伴奏|\bbgm\b/;

const moods: readonly (readonly [RegExp, (typeof musicMoods)[number]])[] = [
  [/\b(?:lo-?fi|chill(?:ed|y)?|laid[- ]back|study|hip[- ]?hop|jazzy?)\b|lofi|低保真|慵懒|学习/, 'lo-fi'],
  [
    /\b(?:upbeat|happ(?:y|ier)|energetic|fun|cheerful|livel(?:y|ier)|joyful|dance|pop|bright|fast|party|sport(?:y|s)?)\b|欢快|活泼|轻快|快乐|动感|节奏感|激昂|热闹/,
    'upbeat',
  ],
  [
    /\b(?:calm(?:er|ing)?|relax(?:ed|ing)?|peaceful|ambient|soft|gentle|soothing|quiet|meditat\w*|sad|melancholic|acoustic|piano)\b|舒缓|平静|安静|轻音乐|轻柔|放松|柔和|温柔|伤感|钢琴/,
    'calm',
  ],
  [
    /\b(?:cinematic|epic|dramatic|orchestral|film|movie|emotional|inspir\w*|heroic)\b|电影感|史诗|大气|震撼|宏大|励志/,
    'cinematic',
  ],
  [
    /\b(?:corporate|business|professional|presentation|motivational|tech(?:nology)?|commercial)\b|商务|企业|职场|科技|专业/,
    'corporate',
  ],
  [/\b(?:suspense(?:ful)?|tense|dark|mysterious|thriller|scary|horror|spooky|creepy)\b|悬疑|紧张|神秘|恐怖|惊悚/, 'suspense'],
];

export const ducking: Intent = {
  name: 'ducking',
  read: ({ words }) => {
    const named = /\bduck(?:ing|ed|s)?\b|闪避/.test(words);
    const spoken =
      about.test(words) &&
      /\b(?:under|when|while|whenever|during|behind)\b.*\b(?:speech|speak(?:s|ing)?|talk(?:s|ing)?|voice|dialogue|narration|someone)\b|(?:说话|讲话|人声|对白).*(?:时|下).*(?:降低|压低|小|低)|人声.*(?:盖|压)|避让/.test(
        words,
      );
    if (!named && !spoken) return undefined;
    if (/\b(?:add|put|lay|play)\b|加|配/.test(words) && about.test(words)) return undefined;
    const db = /(\d+(?:\.\d+)?)\s*(?:db|decibels?|分贝)/.exec(words)?.[1];
    if (db !== undefined) return call('set_ducking', { amount_db: Number(db) });
    return call('set_ducking', {
      ducking: duckingIn(words) ?? (has(words, `${removing}|no|without|off|stop|turn off`) ? 'off' : 'standard'),
    });
  },
};

export const music: Intent = {
  name: 'music',
  read: (clause) => {
    const { words } = clause;
    if (!about.test(words)) return undefined;
    if (
      /\b(?:volume|louder|quieter|softer than|turn (?:\w+ ){0,3}(?:up|down)|too (?:loud|quiet)|lower|raise|mute|unmute|fade|fades|decibels?|db)\b|音量|大声|小声|调[大小高低]|静音|淡[入出]|分贝/.test(
        words,
      ) &&
      !/\b(?:add|put|lay|need|play)\b|添加|加上|配上|加(?:一|点|段|首)/.test(words)
    )
      return undefined;
    const bounds = edgesOf(clause);
    if (bounds !== undefined) return call('mute', { muted: true, target: 'music', ...bounds });
    if (/\breplace\b.*\b(?:audio|sound|voice)\b.*\bwith\b|(?:声音|原声).*换成/.test(words)) {
      const named = mediaNameIn(clause);
      return [
        ...call('mute', { muted: true, target: 'voice' }),
        ...call('add_music', { ...(named === undefined ? {} : { asset: named }), percent: 100, ducking: 'off' }),
      ];
    }
    if (/\bsync|\bbeats? of\b|\bto the beat|节拍|卡点|同步|对齐/.test(words)) return undefined;
    const changing = /\b(?:replace|change|swap|switch|different|another|other|new)\b|换|另一?[首段个]|别的/.test(words);
    if (
      !changing &&
      (has(words.replace(/\bdrop(?:ping)? in\b/, 'add'), `${removing}|no|without|stop`) ||
        /\btake\b.*\b(?:out|off|away)\b|去掉|删|移除|取消|不要/.test(words)) &&
      !/\bnoise\b|噪/.test(words)
    )
      return clause.stretches.length === 0
        ? call('remove_music')
        : clause.stretches.flatMap((stretch) => call('mute', { muted: true, target: 'music', ...rangeOf(stretch) }));
    const asks =
      changing ||
      /\b(?:add|put|lay|drop in|play|use|give|include|need|want|insert|set|with|under(?:neath)?|make|generate|create|compose|some)\b|加|配|放|用|来[点段首]|要|添|生成/.test(
        words,
      ) ||
      words.split(' ').length <= 3;
    const mood = moods.find(([pattern]) => pattern.test(words))?.[1];
    const bpm = /(\d{2,3})\s*(?:bpm|beats per minute|拍)/.exec(words)?.[1];
    if (!asks && mood === undefined && bpm === undefined) return undefined;
    const key =
      /\bin (?:the key of )?([a-g](?:#|b|♯|♭| sharp| flat)?)\s*(minor|major|m(?![a-z]))?(?=\s|$)(?! (?:bit|little|loop))/.exec(
        words,
      );
    const percent = percentOf(words);
    // "Set the music to 20 %" is about the music there is.
    if (percent !== undefined && mood === undefined && !/\b(?:add|lay|play|use|need|want|with|some)\b|加|配|来/.test(words))
      return undefined;
    const duck = duckingIn(words);
    const asset = mediaNameIn(clause);
    return call('add_music', {
      ...(mood === undefined ? {} : { mood }),
      ...(bpm === undefined ? {} : { bpm: Math.min(180, Math.max(60, Number(bpm))) }),
      ...(key === null || (key[1] === 'a' && key[2] === undefined) ? {} : { key: keyOf(key[1]!, key[2]) }),
      ...(percent === undefined ? {} : { percent }),
      ...(duck === undefined ? {} : { ducking: duck }),
      ...(asset === undefined ? {} : { asset }),
      ...(changing && asset === undefined ? { another: true } : {}),
    });
  },
};

/** "Stop the music at 0:30", "start the music at 0:10": where it is not to be heard. */
function edgesOf({ words, times }: Clause): { readonly start: string; readonly end: string } | undefined {
  if (times.length !== 1 || /\b(?:add|new|another)\b|加|换/.test(words)) return undefined;
  const at = pointText(times[0]!);
  if (/\b(?:stop|end|finish|cut)\b.*\bat ⟦|⟦\d+⟧.*(?:停|结束)/.test(words)) return { start: at, end: 'end' };
  return /\b(?:start|begin|come in|comes in)\b.*\b(?:at|from|after) ⟦|⟦\d+⟧.*开始/.test(words)
    ? { start: 'start', end: at }
    : undefined;
}

function duckingIn(words: string): string | undefined {
  if (!/duck|闪避|避让|压低/.test(words)) return undefined;
  if (/\b(?:gentl[ey]|light(?:ly)?|soft(?:ly)?|slight(?:ly)?|a (?:bit|little)|less)\b|轻|少|一点/.test(words)) return 'gentle';
  if (/\b(?:aggressive(?:ly)?|strong(?:ly|er)?|heav(?:y|ily)|more|hard(?:er)?|a lot)\b|强|更|多/.test(words)) return 'aggressive';
  if (/\b(?:no|without|don't|off|disable|remove|stop)\b.*duck|不要?闪避|关闭?闪避/.test(words)) return 'off';
  return undefined;
}

function keyOf(note: string, mode: string | undefined): string {
  const name = `${note.charAt(0).toUpperCase()}${note.slice(1).replace(' sharp', '#').replace(' flat', 'b').replace('♯', '#').replace('♭', 'b')}`;
  return mode === 'minor' || mode === 'm' ? `${name}m` : name;
}
