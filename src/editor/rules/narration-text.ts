/** A script that was sent in a message, to be spoken as it is: nothing in it is an order. */
import { call } from './intent.ts';
import type { Language, ParsedRequest } from './request.ts';

/** The order before the words, with a colon or a line of its own: "narrate this: …", "voiceover script:\n…", 朗读：…. */
const order =
  /^\s*(?:(?:ok(?:ay)?|please|now|then|so|hi|hello|could you|can you|would you)[\s,]+)*(?:narrate|speak|say|read(?: out| aloud)?|record|voice|use|add)\b[^:：\n]{0,100}[:：](?!\d)\s*/i;
const heading =
  /^\s*(?:(?:the|my|here is(?: the| my)?|here's(?: the| my)?) )?(?:narration|voice-?over|voice over|script)(?: (?:script|text|words|lines))?\s*[:：](?!\d)\s*/i;
const chineseOrder = /^\s*[^:：\n，。,.!?！？"“]{0,16}(?:朗读|配音|旁白|解说|读出|念出|念)[^:：\n，。"“]{0,20}[:：](?!\d)\s*/;
const speaks = /\b(?:narrat|voice-?over|voice over|script\b|speak|read\b|say\b|record)/i;
/** What begins so is a wish about the sound that is named, not words for it. */
const isWish =
  /^(?:please )?(?:remove|delete|trim|cut|reduce|clean|fix|sync|align|mute|unmute|fade|normali[sz]e|louder|quieter|slower|faster|make|turn|add|export|speed|slow|lower|raise|boost|denoise|去|剪|删|降|修|加|调|同步|导出|静音|更?[慢快]|再)/i;

export type SentScript = { readonly text: string };

/** The words to be spoken; undefined where the message is no script. Short quotes are wishes like others. */
export function scriptIn(message: string): SentScript | undefined {
  const ordered = order.exec(message)?.[0];
  const headed = heading.exec(message)?.[0] ?? chineseOrder.exec(message)?.[0];
  const before = ordered !== undefined && speaks.test(ordered) ? ordered : headed;
  if (before === undefined) return undefined;
  const text = message.slice(before.length).trim();
  if (before === headed && !text.includes('\n') && isWish.test(text)) return undefined;
  // "Add a narration: make it slow" would be nothing to say; words in quotes are read with the wishes around them.
  if (/^["“「][^"”」]*["”」]/.test(text) || text.length < 2) return undefined;
  return { text };
}

/** One call. */
export function parseScript({ text }: SentScript, language: Language): ParsedRequest {
  return { language, calls: call('speak_script', { text }), misunderstood: [], unavailable: [], declined: [] };
}
