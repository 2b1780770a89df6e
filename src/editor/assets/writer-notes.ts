/** What a session keeps of its writing: uploaded texts, the script, takes of its narration. Kept in the session's state. */
import type { UploadedText, WriterNotes } from '#core/script';
import { getSessionById, updateSessionState, type SessionRow, type Store } from '#platform/store';

/** The key in the state; it belongs to the agent and is not taken from clients. */
export const writerKey = 'writer';
const mostTexts = 10;
const mostTakes = 20;

const none: WriterNotes = { texts: [], takes: [] };

/** The notes in a session's state; empty where there are none. */
export function notesIn(state: SessionRow['state']): WriterNotes {
  // Written below and nowhere else.
  return { ...none, ...(state[writerKey] as Partial<WriterNotes> | undefined) };
}

/** Whether a text file may be a script by the ending of its name. */
export function isScriptFile(name: string): boolean {
  return /\.(?:txt|md)$/i.test(name);
}

/** Errors: SESSION_NOT_FOUND. */
export async function readNotes(store: Store, sessionId: string): Promise<WriterNotes> {
  return notesIn((await getSessionById(store, sessionId)).state);
}

/** Merges; old texts and takes give way to new ones beyond a number of them. Errors: SESSION_NOT_FOUND. */
export async function changeNotes(
  store: Store,
  change: { readonly sessionId: string; readonly delta: Partial<WriterNotes>; readonly now: number },
): Promise<WriterNotes> {
  const { sessionId, delta, now } = change;
  const merged = { ...(await readNotes(store, sessionId)), ...delta };
  const notes = { ...merged, texts: merged.texts.slice(-mostTexts), takes: merged.takes.slice(-mostTakes) };
  await updateSessionState(store, { sessionId, delta: { [writerKey]: notes }, now });
  return notes;
}

/** Keeps a text; one of the same name is replaced. Errors: SESSION_NOT_FOUND. */
export async function keepText(
  store: Store,
  { sessionId, text, now }: { readonly sessionId: string; readonly text: Omit<UploadedText, 'number'>; readonly now: number },
): Promise<void> {
  const { texts } = await readNotes(store, sessionId);
  await changeNotes(store, {
    sessionId,
    now,
    delta: { texts: [...texts.filter(({ name }) => name !== text.name), { ...text, number: (texts.at(-1)?.number ?? 0) + 1 }] },
  });
}
