import { z } from 'zod';
import { draftSchema, toDraft } from '#core/protocol';
import { describeChanges, diffTimelines } from '#core/timeline';
import { success } from '../envelope.ts';
import { defineRoute, snakeKeys } from '../route.ts';

export const stateDraft = defineRoute({
  method: 'put',
  path: '/api/state/{app}/{user}/{sid}/draft',
  summary: 'Write a changed draft back',
  description:
    'The draft is compared with the version it was read at, and each change is made on top of what others did since. A change ' +
    'that would mean something else now is a conflict and is named: with `on_conflict: "refuse"` (the default) nothing is ' +
    'written and the answer is 409, with `"skip"` the others are written and the conflicts are listed. An `Idempotency-Key` ' +
    'makes the same request happen once.',
  tag: 'session',
  access: 'token',
  params: z.object({ sid: z.string() }),
  bodyLimitBytes: 16 * 1024 * 1024,
  body: z.preprocess(
    snakeKeys(['draft_version', 'on_conflict']),
    z.object({
      draft: z.unknown().describe('As the state reply gave it, changed'),
      draft_version: z.int().min(0).optional().describe('The version it was read at; absent: the one that the draft says'),
      on_conflict: z.enum(['refuse', 'skip']).default('refuse'),
      reason: z.string().trim().min(1).max(200).default('Draft written back').describe('One sentence for the history'),
    }),
  ),
  reply: {
    description: 'The draft after it',
    schema: z.object({
      draft: draftSchema,
      draft_version: z.int(),
      changed: z.boolean(),
      changes: z.array(z.string()).describe('What this request changed, in plain sentences'),
      conflicts: z.array(z.string()).describe('What it did not change, and whose change stood in the way'),
    }),
  },
  refusals: [400, 404, 409],
  async handle(http, { user, params, body, request }) {
    const session = await http.services.getSession({ userId: user.id, sessionId: params.sid });
    const key = request.req.header('idempotency-key')?.trim();
    const { before, committed } = await http.services.writeDraft({
      sessionId: session.id,
      draft: body.draft,
      onConflict: body.on_conflict,
      reason: body.reason,
      ...(body.draft_version === undefined ? {} : { version: body.draft_version }),
      ...(key === undefined || key === '' ? {} : { idempotencyKey: `http:${key.slice(0, 200)}` }),
    });
    const assets = (await http.services.listSessionAssets(session.id)).map(({ asset }) => asset);
    const names = new Map(assets.map(({ id, name }) => [id, name]));
    const language = session.language?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en';
    return success({
      draft: toDraft(committed.timeline, assets),
      draft_version: committed.revision,
      changed: committed.changed,
      changes: committed.changed ? describeChanges(diffTimelines(before, committed.timeline), language, names) : [],
      conflicts: committed.conflicts,
    });
  },
});
