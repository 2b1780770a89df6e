/** What somebody said is spoken in a recording of a session: kept beside the recording, never shared with other sessions. */
import { mainAudioStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { GivenWords } from '#core/words';
import type { EditorContext } from '#editor/context';
import { readAnalysis, replaceAnalysis } from '#platform/store';

/** A recording of a session. */
export type Recording = { readonly sessionId: string; readonly asset: Asset };

const version = 1;

/** Takes the place of what was given before. Errors: MEDIA_STREAM_MISSING for a recording without sound. */
export async function giveWords(
  ctx: Pick<EditorContext, 'store' | 'now'>,
  recording: Recording,
  given: GivenWords,
): Promise<void> {
  if (mainAudioStream(recording.asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  await replaceAnalysis(ctx.store, { ...keyOf(recording), facts: given, now: ctx.now() });
}

export async function givenWords(ctx: Pick<EditorContext, 'store'>, recording: Recording): Promise<GivenWords | undefined> {
  // Written above and nowhere else.
  return (await readAnalysis(ctx.store, keyOf(recording))) as GivenWords | undefined;
}

/** By session: one user's words for a file are not another's, even where their bytes are the same. */
function keyOf({ sessionId, asset }: Recording) {
  return { hash: asset.hash, analysis: 'words-given', version, params: JSON.stringify({ session: sessionId }) };
}
