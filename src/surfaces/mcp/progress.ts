import type { ServerContext } from '@modelcontextprotocol/server';

/** Tells how far a call is, where its caller asked to be told: rising, at most once a second. `fraction` is 0 to 1. */
export type Progress = (fraction: number, message: string) => Promise<void>;

const intervalMs = 1000;

export function progressOf({ mcpReq }: ServerContext): Progress {
  const token = mcpReq._meta?.progressToken;
  let [told, last] = [-1, 0];
  return async (fraction, message) => {
    if (token === undefined || fraction <= told || (told >= 0 && performance.now() - last < intervalMs)) return;
    [told, last] = [fraction, performance.now()];
    await mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken: token, progress: fraction, total: 1, message },
    });
  };
}
