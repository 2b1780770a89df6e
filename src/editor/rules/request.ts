/**
 * What a sentence asks for, as tool calls: the closed vocabulary between the rules engine's ears and the tools.
 *
 * Times are strings that tools read: `"0:30"`, `"12.5s"`, `"-20s"` (before the end), `"start"`, `"end"`.
 */

export type Language = 'en' | 'zh';

export type ToolCallRequest = { readonly tool: string; readonly input: Readonly<Record<string, unknown>> };

export type ParsedRequest = {
  readonly language: Language;
  /** In the order in which they were asked. */
  readonly calls: readonly ToolCallRequest[];
  /** Parts of the sentence that mean nothing to the rules. */
  readonly misunderstood: readonly string[];
  /** Understood, but nothing here can do it yet: each with the words that asked for it. */
  readonly unavailable: readonly { readonly what: string; readonly words: string }[];
  /** Wishes to leave something alone ("don't touch the pauses"), by tool name. */
  readonly declined: readonly string[];
  /** Small talk that needs words and no tool. */
  readonly talk?: 'greeting' | 'help' | 'thanks' | 'yes' | 'no' | 'empty' | 'off-topic' | 'cost' | 'credits';
};

/** Chinese where any Han character stands outside quotes, else English: a quoted title may be in any language. */
export function detectLanguage(text: string): Language {
  const own = text.replace(/"[^"]*"|“[^”]*”|「[^」]*」|『[^』]*』/g, '');
  return /\p{Script=Han}/u.test(own) ? 'zh' : 'en';
}
