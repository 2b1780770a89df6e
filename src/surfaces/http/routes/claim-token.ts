import { z } from 'zod';
import { fail } from '#core/errors';
import { success } from '../envelope.ts';
import { defineRoute, snakeKeys } from '../route.ts';

const weekSeconds = 604_800;

export const claimToken = defineRoute({
  method: 'post',
  path: '/api/auth/claim-token',
  summary: 'Get a token that opens one project in the browser',
  description: 'It has no power over the API.',
  tag: 'auth',
  access: 'token',
  body: z.preprocess(
    snakeKeys(['task_id', 'session_id']),
    z.object({ task_id: z.string().max(100), session_id: z.string().max(64) }),
  ),
  reply: {
    description: 'The claim token',
    schema: z.object({ claim_token: z.string().describe('`clm_…`'), expires_in: z.int().describe('Seconds') }),
  },
  refusals: [400, 404],
  async handle(http, { user, body }) {
    const session = await http.services.getSession({ userId: user.id, sessionId: body.session_id });
    if (session.taskId !== body.task_id) throw fail('SESSION_NOT_FOUND');
    const now = http.services.now();
    const token = http.services.ids.claimToken();
    await http.services.saveToken({
      token,
      userId: user.id,
      clientId: `claim:${session.id}`,
      sessionId: session.id,
      scope: 'claim',
      createdAt: now,
      expiresAt: now + weekSeconds * 1000,
    });
    return success({ claim_token: token, expires_in: weekSeconds });
  },
});
