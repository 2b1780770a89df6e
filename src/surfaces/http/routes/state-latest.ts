import { z } from 'zod';
import { success } from '../envelope.ts';
import { defineRoute } from '../route.ts';
import { stateReply, stateReplySchema } from '../state-reply.ts';

export const stateLatest = defineRoute({
  method: 'get',
  path: '/api/state/{app}/{user}/{sid}/latest',
  summary: 'Timeline, media and exports of a session',
  tag: 'session',
  access: 'token',
  params: z.object({ sid: z.string() }),
  reply: { description: 'The state after the last committed edit', schema: stateReplySchema },
  refusals: [404],
  async handle(http, { user, params, request }) {
    const session = await http.services.getSession({ userId: user.id, sessionId: params.sid });
    return success(await stateReply(http, request, session));
  },
});
