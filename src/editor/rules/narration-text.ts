/** A script that was sent in a message, to be spoken as it is: nothing in it is an order. */
import { call } from './intent.ts';
import type { Language, ParsedRequest } from './request.ts';

/** The order before the words, with a colon or a line of its own: "narrate this: …", "voiceover script:\n…", 朗读：…. */
const lead =
  /^\s*(?:(?:ok(?:ay)?|please|now|then|so|hi|hello|could you|can you|would you)[\s,]+)*(?:(?:narrate|speak|say|read(?: out| aloud)?|record|voice|use|add)\b[^:：\n]{0,60}?(?:narration|voice-?over|voice over|script|text|words|lines|this|it|these|following)?[^:：\n]{0,40}|(?:the |my |here is (?:the |my )?|here's (?:the |my )?)?(?:narration|voice-?over|voice over|script)(?: (?:script|text|words))?)\s*[:：]\s*/i;
const leadChinese =
  /^\s*(?:请|麻烦|帮我|用|把|按|以下)*(?:朗读|配音|旁白|解说|读出|念出|用(?:这|以下|下面)(?:段|些)?(?:文字|话|脚本)?(?:做|当|作为|来)?(?:旁白|配音|解说)|(?:旁白|配音|解说)(?:脚本|文案|词|稿|内容)?)[^:：\n]{0,20}[:：]\s*/;
const speaks = /\b(?:narrat|voice-?over|voice over|script|speak|read|say\b|record)/i;

export type SentScript = { readonly text: string };

/** The words to be spoken; undefined where the message is no script. Short quotes are wishes like others. */
export function scriptIn(message: string): SentScript | undefined {
  const found = lead.exec(message);
  const order = found !== null && speaks.test(found[0]) ? found[0] : leadChinese.exec(message)?.[0];
  if (order === undefined) return undefined;
  const text = message.slice(order.length).trim();
  // "Add a narration: make it slow" would be nothing to say; words in quotes are read with the wishes around them.
  if (/^["“「][^"”」]*["”」]/.test(text) || text.length < 2) return undefined;
  return { text };
}

/** One call. */
export function parseScript({ text }: SentScript, language: Language): ParsedRequest {
  return { language, calls: call('speak_script', { text }), misunderstood: [], unavailable: [], declined: [] };
}
