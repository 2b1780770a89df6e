/** Sentences of receipts in English and Chinese; one function picks, so that no tool can forget a language. */
import { formatClock, type Ticks } from '#core/time';

export type Words = {
  readonly language: 'en' | 'zh';
  /** The sentence in the user's language. */
  readonly say: (english: string, chinese: string) => string;
  readonly clock: (time: Ticks) => string;
};

export function wordsFor(language: 'en' | 'zh'): Words {
  return { language, say: (english, chinese) => (language === 'zh' ? chinese : english), clock: formatClock };
}

/** `1 pause`, `12 pauses`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
