/** What is said on the timeline, for the tools that edit by it. */
import type { Asset } from '#core/asset';
import { isEditorError } from '#core/errors';
import type { Sentence, Transcript } from '#core/facts';
import { sentencesOf, timelineWords, type TimelineWord } from '#core/words';
import { usedAssets } from '../remove-noise.ts';
import { isMusic, soundClips } from '../sound-clips.ts';
import type { ToolContext } from '../tool.ts';

export type Heard = {
  /** In the order in which they are heard, in record time. */
  readonly words: readonly TimelineWord[];
  readonly sentences: readonly Sentence[];
  readonly transcripts: ReadonlyMap<string, Transcript>;
  /** What limits the trust in words and times, in the user's language. */
  readonly warnings: readonly string[];
};

/** The words of every recording of the story that is not music; a sentence where there are none, which says what would help. */
export async function heardWords(context: ToolContext): Promise<Heard | { readonly why: string }> {
  const { workspace, words } = context;
  const timeline = workspace.timeline();
  const assets = spokenAssets(context);
  if (assets.length === 0) return { why: words.say('there is no sound on the timeline', '时间线上没有声音') };
  const transcripts = new Map<string, Transcript>();
  const reasons: string[] = [];
  for (const asset of assets) {
    try {
      transcripts.set(asset.id, await workspace.transcript(asset));
    } catch (error) {
      if (!isEditorError(error) || (error.code !== 'WORDS_MISSING' && error.code !== 'WORDS_MISMATCH')) throw error;
      reasons.push(error.code === 'WORDS_MISSING' ? missing(asset, context) : mismatch(asset, context));
    }
  }
  if (transcripts.size === 0) return { why: [...new Set(reasons)].join('; ') };
  const spoken = timelineWords(timeline, transcripts);
  if (spoken.length === 0) return { why: words.say('nothing that is said is left on the timeline', '时间线上已没有任何话语') };
  const rough = [...transcripts.values()].find((transcript) => transcript.rough !== undefined);
  return {
    words: spoken,
    sentences: sentencesOf({ words: spoken }),
    transcripts,
    warnings: [...reasons, ...(rough === undefined ? [] : [roughly(rough, context)])],
  };
}

/** Recordings that are heard on the timeline and are not music. */
export function spokenAssets({ workspace }: ToolContext): Asset[] {
  const clips = soundClips(workspace.timeline()).filter(({ track }) => !track.muted && !isMusic(track));
  return usedAssets(
    workspace.assets(),
    clips.map(({ clip }) => clip),
  );
}

function missing({ name }: Asset, { words }: ToolContext): string {
  return words.say(
    `nobody has said what is spoken in ${name}: upload its transcript (srt, vtt, json), paste its script ("here is the script: …"), or set up a recogniser (\`rushes models pull whisper-base\`)`,
    `还不知道 ${name} 里说了什么：请上传文字稿（srt、vtt、json）、粘贴脚本（“这是脚本：……”），或安装识别模型（\`rushes models pull whisper-base\`）`,
  );
}

function mismatch({ name }: Asset, { words }: ToolContext): string {
  return words.say(
    `the text that was given is not what is spoken in ${name}; paste the words as they are spoken`,
    `给出的文字与 ${name} 中所说的不一致；请按实际说的话粘贴`,
  );
}

function roughly({ source, rough = '' }: Transcript, { words }: ToolContext): string {
  return source === 'pocketsphinx'
    ? words.say(`The words are a rough guess: ${rough}`, '文字只是粗略识别，可能有误')
    : words.say(`The times are approximate: ${rough}`, '时间为近似值');
}
