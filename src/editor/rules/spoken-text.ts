/** What is spoken in the recording, sent in a message: nothing in it is an order. */
import type { Language, ParsedRequest, ToolCallRequest } from './request.ts';

/** "Here is the script: …", "transcript:", 这是文字稿：. A narration that is to be spoken has its own words. */
const english =
  /(?:^|[\n.!?;]\s*|,\s*)(?:(?:here(?:'s| is)|this is|use|take|align(?: it| this)?(?: to| with)?|it says|i say|we say)[ ,]+(?:the |my |this |our )?(?:full |whole |exact )?(?:scripts?|transcripts?|transcription|words|text)(?: (?:of|for|to|in) (?:the |my |this )?(?:video|recording|talk|audio|clip|interview|podcast|voice-?over|narration|episode))?(?: (?:i|we) (?:read|say|said|spoke))?|(?:the |my |full )?transcript|(?:here(?:'s| is)|this is) what (?:i|we|is|was|he|she|they)(?: am| are)? (?:say|said|saying|read|spoken)(?: in (?:it|the (?:video|recording)))?)\s*[:：]\s*/i;
const chinese =
  /(?:^|[\n。！？；，,]\s*)(?:(?:这是|以下是|下面是|用这[个份]|按照?)?(?:我的|录音的|视频的|完整的?)*(?:脚本|文字稿|逐字稿|讲稿|稿子|台词|转写稿?|口播稿?)(?:如下|是)?|(?:我|视频里|录音里)(?:说|讲)的(?:是|内容是))\s*[:：]\s*/;

export type SpokenText = { readonly before: string; readonly text: string };

/** Wishes before it, and the words; undefined where the message gives none. */
export function spokenTextIn(message: string): SpokenText | undefined {
  const found = english.exec(message) ?? chinese.exec(message);
  if (found === null) return undefined;
  const text = message
    .slice(found.index + found[0].length)
    .trim()
    .replace(/^["“「]([^"“”「」]*)["”」]$/s, '$1');
  const before = message
    .slice(0, found.index)
    .replace(/[\s,，.。;；]+(?:and|并)?$/, '')
    .trim();
  return text.length < 2 ? undefined : { before, text };
}

/** The words are given first: wishes that came with them may need them. */
export function parseSpokenText({ text }: SpokenText, language: Language, wishes: ParsedRequest | undefined): ParsedRequest {
  const give: ToolCallRequest = { tool: 'give_script', input: { text } };
  if (wishes === undefined || wishes.talk !== undefined)
    return { language, calls: [give], misunderstood: [], unavailable: [], declined: [] };
  return { ...wishes, language, calls: [give, ...wishes.calls] };
}
