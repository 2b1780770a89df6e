/** A subtitle file that was pasted into a message. */
import { captionStyleIn } from './intents/words.ts';
import { call } from './intent.ts';
import type { Language, ParsedRequest } from './request.ts';

export type PastedSubtitles = { readonly before: string; readonly body: string };

const cueLine = /(?:^|\n)\s*(?:\d+\s*\n\s*)?(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->/;

/** Words and file apart; undefined where there is no file. */
export function subtitlesIn(message: string): PastedSubtitles | undefined {
  const header = /(?:^|\n)WEBVTT/.exec(message);
  const cue = cueLine.exec(message);
  if (cue === null) return undefined;
  const at = header !== null && header.index < cue.index ? header.index : cue.index;
  return { before: message.slice(0, at).trim(), body: message.slice(at).trim() };
}

/** One call; what was said before the file only chooses the look. */
export function parseSubtitles({ before, body }: PastedSubtitles, language: Language): ParsedRequest {
  const words = before.normalize('NFKC').toLowerCase();
  const style = captionStyleIn(words);
  const replace = /\b(?:replace|instead|new)\b|替换|换成/.test(words);
  const refused = /\b(?:don't|do not|never)\b|不要|别/.test(words);
  const calls = call('add_captions', {
    subtitles: body,
    ...(style === undefined ? {} : { style }),
    ...(replace ? { replace } : {}),
  });
  return {
    language,
    calls: refused ? [] : calls,
    misunderstood: [],
    unavailable: [],
    declined: refused ? ['add_captions'] : [],
  };
}
