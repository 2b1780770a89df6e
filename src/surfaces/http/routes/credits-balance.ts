import { z } from 'zod';
import { success } from '../envelope.ts';
import { defineRoute } from '../route.ts';

export const creditsBalance = defineRoute({
  method: 'get',
  path: '/api/credits/balance/simple',
  summary: 'Credits of the bearer',
  tag: 'credits',
  access: 'token',
  reply: {
    description: 'total = available + frozen',
    schema: z.object({ available: z.int(), frozen: z.int(), total: z.int() }),
  },
  async handle(http, { user }) {
    const { available, frozen, total } = await http.services.creditBalance(user.id);
    return success({ available, frozen, total });
  },
});
