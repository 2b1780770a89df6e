/** Which files hold what is said, and nothing else. */
import { splitWords } from './word-text.ts';

/** Endings of files that may be transcripts; subtitle files are documents of their own. */
export const transcriptExtensions = ['json', 'txt', 'md'] as const;

/**
 * Whether a file is a transcript or a script, by the ending of its name and its start together: text with words, and JSON only where it
 * speaks of words.
 */
export function isTranscriptFile(name: string, head: Uint8Array): boolean {
  const extension = /\.([a-z]{2,4})$/i.exec(name)?.[1]?.toLowerCase();
  if (!transcriptExtensions.some((one) => one === extension)) return false;
  const text = new TextDecoder().decode(head);
  if (text.includes('\0') || text.includes('\ufffd\ufffd')) return false;
  if (extension === 'json') return /^\s*\ufeff?\s*[{[]/.test(text) && /"(?:words?|segments|text|w)"\s*:/.test(text);
  return splitWords(text).length > 0;
}
