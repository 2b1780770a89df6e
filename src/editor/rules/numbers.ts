/** Numbers as people say them, in digits and in English and Chinese words. */

const englishUnits: Readonly<Record<string, number>> = {
  zero: 0, a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10,
  eleven: 11, twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19,
}; // prettier-ignore
const englishTens: Readonly<Record<string, number>> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const unitWords = Object.keys(englishUnits).filter((word) => word !== 'a' && word !== 'an');

/** Matches one spoken or written English number; `a`/`an` only where a unit follows is the caller's business. */
export const englishNumber = `(?:\\d+(?:\\.\\d+)?|\\.\\d+|(?:${Object.keys(englishTens).join('|')})(?:[- ](?:${unitWords.slice(1, 10).join('|')}))?|(?:${[...unitWords].reverse().join('|')}))`;

/** Matches one Chinese number, digits or words. */
export const chineseNumber = '(?:\\d+(?:\\.\\d+)?|[零〇一二两三四五六七八九十百]+(?:点[零〇一二三四五六七八九]+)?)';

/** Reads what `englishNumber` or `chineseNumber` matched, or undefined. */
export function readNumber(text: string): number | undefined {
  const word = text.trim().toLowerCase();
  if (/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(word)) return Number(word);
  if (Object.hasOwn(englishUnits, word)) return englishUnits[word];
  const [tens = '', units = ''] = word.split(/[- ]/);
  if (Object.hasOwn(englishTens, tens)) return englishTens[tens]! + (englishUnits[units] ?? 0);
  return readChineseNumber(word);
}

const chineseDigits: Readonly<Record<string, number>> = {
  零: 0,
  〇: 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};

function readChineseNumber(text: string): number | undefined {
  const [whole = '', fraction] = text.split('点');
  let sum = 0;
  let digit: number | undefined;
  for (const character of whole) {
    if (character === '十' || character === '百') {
      sum += (digit ?? 1) * (character === '十' ? 10 : 100);
      digit = undefined;
    } else {
      if (chineseDigits[character] === undefined) return undefined;
      // 三五 without a place word is read digit by digit, as in 一二三.
      digit = (digit ?? 0) * 10 + chineseDigits[character];
    }
  }
  if (whole === '') return undefined;
  const tail =
    fraction === undefined ? 0 : Number(`0.${Array.from(fraction, (character) => chineseDigits[character] ?? 0).join('')}`);
  return sum + (digit ?? 0) + tail;
}
