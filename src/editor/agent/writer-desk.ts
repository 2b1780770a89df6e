/** The desk of a stored session, for tools that write and speak. */
import { readFile } from 'node:fs/promises';
import type { Asset } from '#core/asset';
import { changeNotes, listVoices, readNotes, speakLines } from '#editor/assets';
import type { EditorContext } from '#editor/context';
import { assetFrame } from '#editor/previews';
import type { WriterDesk } from '#editor/tools';
import { askModel, createLlm } from '#platform/llm';

const pictureWidth = 512;

export type DeskSession = { readonly sessionId: string; readonly userId: string; readonly signal: AbortSignal };

/** `onAsset` is called when the media list has grown. */
export async function openWriterDesk(
  ctx: EditorContext,
  session: DeskSession,
  onAsset: () => Promise<void>,
): Promise<WriterDesk> {
  const { sessionId, userId, signal } = session;
  let notes = await readNotes(ctx.store, sessionId);
  const model = createLlm(ctx.config);
  return {
    notes: () => notes,
    keep: async (delta) => {
      notes = await changeNotes(ctx.store, { sessionId, delta, now: ctx.now() });
    },
    voices: () => listVoices(ctx),
    speak: async (request) => {
      const spoken = await speakLines(ctx, session, request);
      await onAsset();
      return spoken;
    },
    ...(model === undefined
      ? {}
      : {
          model: {
            name: ctx.config.model,
            sees: ctx.config.modelSees,
            ask: (question) => askModel(model, { ...question, signal }),
          },
        }),
    frames: async (asset: Asset, times) => {
      const pictures: Uint8Array[] = [];
      for (const at of times) {
        await using file = await assetFrame(ctx, {
          userId,
          sessionId,
          assetId: asset.id,
          at,
          width: pictureWidth,
          format: 'jpg',
          signal,
        });
        pictures.push(await readFile(file.path));
      }
      return pictures;
    },
  };
}
