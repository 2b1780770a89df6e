import { z } from 'zod';
import { success } from '../envelope.ts';
import { appName, defineRoute, snakeKeys } from '../route.ts';

export const withSession = defineRoute({
  method: 'post',
  path: '/api/tasks/{user}/with-session/{app}',
  summary: 'Start an editing session',
  tag: 'session',
  access: 'token',
  body: z.preprocess(
    snakeKeys(['task_name', 'language']),
    z.object({
      task_name: z.string().trim().min(1).max(200).default('project'),
      language: z.string().max(35).nullish().describe('BCP 47 tag of the replies; absent: the language of each message'),
    }),
  ),
  reply: {
    description: 'The session and its task',
    schema: z.object({ task_id: z.string(), session_id: z.string(), user_id: z.string() }),
  },
  refusals: [400, 404],
  async handle(http, { user, body }) {
    const language = body.language?.trim() ?? '';
    const session = await http.services.createSession({
      userId: user.id,
      appName,
      taskName: body.task_name,
      // Skills send the literal `<lang>` of their template; what is not a tag is no choice.
      ...(/^[a-z]{2,8}(-[a-z\d]{1,8})*$/i.test(language) ? { language } : {}),
    });
    return success({ task_id: session.taskId, session_id: session.id, user_id: user.id });
  },
});
