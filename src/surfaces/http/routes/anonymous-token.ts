import { z } from 'zod';
import { fail } from '#core/errors';
import { issueToken } from '../auth.ts';
import { success } from '../envelope.ts';
import { addressOf } from '../http-context.ts';
import { defineRoute } from '../route.ts';

export const anonymousToken = defineRoute({
  method: 'post',
  path: '/api/auth/anonymous-token',
  summary: 'Get a token without an account',
  description: 'One token per client id in 7 days; an expired one is renewed for the same user.',
  tag: 'auth',
  access: 'open',
  headers: z.object({ 'X-Client-Id': z.string().describe('A UUID that the client made and keeps') }),
  reply: {
    description: 'The token; only its hash is kept',
    schema: z.object({
      token: z.string().describe('`nmv_usr_…`, for `Authorization: Bearer`'),
      user_id: z.string(),
      expires_at: z.iso.datetime(),
      credits: z.int(),
    }),
  },
  refusals: [400, 429],
  async handle(http, { request }) {
    const id = request.req.header('x-client-id')?.trim() ?? '';
    if (id === '') throw fail('CLIENT_ID_MISSING');
    if (!/^[\w.-]{1,128}$/.test(id)) throw fail('REQUEST_INVALID', { reason: 'X-Client-Id is not a UUID' });
    const issued = await issueToken(http, { id, address: addressOf(http, request) });
    return success({
      token: issued.token,
      user_id: issued.userId,
      expires_at: new Date(issued.expiresAt).toISOString(),
      credits: issued.credits,
    });
  },
});
