/** The true account of a turn: what receipts say, under whatever a language model made of it. */
import type { Receipt } from '#core/facts';
import { parseRequest, type Language } from '#editor/rules';

/** The receipts in plain sentences, so that no edit goes without words. */
export function summaryOf(receipts: readonly Receipt[], language: Language): string {
  const lines = receipts.flatMap(({ done, skipped, question }) => [
    ...done,
    ...skipped.map(({ what, reason }) => (reason === '' ? what : reason)),
    ...(question === undefined ? [] : [question]),
  ]);
  return withTexts(lines.length > 0 ? lines.map((line) => `- ${line}`).join('\n') : nothing[language], receipts);
}

/** Texts that are to be read whole, such as a script, below words that do not hold them. */
function withTexts(words: string, receipts: readonly Receipt[]): string {
  const texts = receipts.flatMap(({ text }) => (text === undefined || words.includes(text.trim()) ? [] : [text.trim()]));
  return [words, ...texts].join('\n\n');
}

const nothing: Readonly<Record<Language, string>> = { en: 'Nothing was changed.', zh: '没有做任何修改。' };
const heading: Readonly<Record<Language, string>> = { en: 'What was done:', zh: '实际完成：' };

/** A model's words with what its calls really did; words alone where nothing was asked for and nothing done. */
export function accountOf(turn: {
  readonly text: string;
  readonly receipts: readonly Receipt[];
  readonly language: Language;
  /** The user's. */
  readonly message: string;
}): string {
  const { receipts, language, message } = turn;
  const text = withoutForeignLinks(turn.text, message);
  if (text === '') return summaryOf(receipts, language);
  const missing = receipts.flatMap(({ done, skipped, warnings, question }) =>
    [...done, ...skipped.map(({ reason }) => reason), ...warnings, ...(question === undefined ? [] : [question])].filter(
      (line) => line !== '' && !text.includes(line),
    ),
  );
  const isChanged = receipts.some(({ revision, jobId }) => revision !== undefined || jobId !== undefined);
  if (missing.length > 0)
    return withTexts(
      `${text}\n${isChanged ? heading[language] : nothing[language]}\n${missing.map((line) => `- ${line}`).join('\n')}`,
      receipts,
    );
  const isTalk = receipts.length === 0 && (parseRequest(message).talk !== undefined || /[?？]\s*$/.test(text));
  return withTexts(
    isChanged || isTalk || receipts.some(({ done }) => done.length > 0) ? text : `${text}\n${nothing[language]}`,
    receipts,
  );
}

/**
 * Addresses go that neither the user named nor the editor made: a model that was talked into it must not send anybody
 * anywhere, nor anything with them.
 */
function withoutForeignLinks(text: string, message: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\((?:https?:)?\/\/[^)]*\)/gi, '$1')
    .replace(/(?:https?:)?\/\/[^\s<>"'）)]+/gi, (address) => (message.includes(address) ? address : ''))
    .replace(/[ \t]{2,}/g, ' ')
    .trim();
}
