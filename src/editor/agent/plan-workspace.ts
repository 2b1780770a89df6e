/** The workspace of a dry plan: a stored session whose exports are noted and not done, and whose media may be known by name only. */
import type { Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { EditorContext } from '#editor/context';
import { parseOutputRequest } from '#editor/jobs';
import { isPlaceholder } from './placeholders.ts';
import { openSessionWorkspace, type SessionWorkspace } from './session-workspace.ts';

/** As `openSessionWorkspace`, for sessions that nobody keeps. Facts about media without bytes are refused, never guessed. */
export async function openPlanWorkspace(
  ctx: EditorContext,
  session: Parameters<typeof openSessionWorkspace>[1],
): Promise<SessionWorkspace> {
  const workspace = await openSessionWorkspace(ctx, session);
  return {
    ...workspace,
    soundFacts: (asset, analyses) => workspace.soundFacts(readable(asset), analyses),
    pictureFacts: (asset, analyses) => workspace.pictureFacts(readable(asset), analyses),
    transcript: (asset) => workspace.transcript(readable(asset)),
    measureJoins: (asset, joins) => workspace.measureJoins(readable(asset), joins),
    measureDenoise: (asset, strength) => workspace.measureDenoise(readable(asset), strength),
    syncFacts: (reference, other) => workspace.syncFacts(readable(reference), readable(other)),
    selfSyncFacts: (asset) => workspace.selfSyncFacts(readable(asset)),
    requestExport: (request, other) => {
      parseOutputRequest(request, other ?? workspace.timeline());
      return Promise.resolve({ renderId: 'planned', held: true });
    },
  };
}

function readable(asset: Asset): Asset {
  if (isPlaceholder(asset))
    throw fail('MEDIA_UNREADABLE', {
      reason: `${asset.name} is known from the draft only; give the file too, and it is measured`,
    });
  return asset;
}
