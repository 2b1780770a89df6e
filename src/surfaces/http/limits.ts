/** Who is asking, and how often they may: client addresses and counters that live in this process. */
import ipaddr from 'ipaddr.js';
import { fail } from '#core/errors';

export type AddressSources = {
  /** Address of the other end of the socket. */
  readonly peer: string | undefined;
  readonly forwardedFor: string | undefined;
  readonly trustProxy: boolean;
};

/**
 * The address that limits count for: IPv4 as it is, IPv6 as its /64, since one subscriber has at least that many.
 *
 * X-Forwarded-For counts only behind a trusted proxy, and only its last entry, which that proxy wrote itself.
 */
export function clientAddress({ peer, forwardedFor, trustProxy }: AddressSources): string {
  const claimed = trustProxy ? forwardedFor?.split(',').at(-1)?.trim() : undefined;
  return normalize(claimed) ?? normalize(peer) ?? 'unknown';
}

function normalize(text: string | undefined): string | undefined {
  if (text === undefined || !ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  const groups = (address as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16));
  return `${groups.join(':')}::/64`;
}

/** Counts per key in windows of one minute that start with the first count. Lost at a restart, which is fine for bursts. */
export type MinuteCounter = {
  /** Counts one. Errors: RATE_LIMITED beyond the limit; nothing is counted then. */
  count(key: string): void;
  /** Errors: RATE_LIMITED where the limit is reached. Counts nothing. */
  check(key: string): void;
};

/** `limit` 0 counts nothing. `now` in milliseconds. */
export function createMinuteCounter(options: {
  readonly limit: number;
  readonly what: string;
  readonly now: () => number;
}): MinuteCounter {
  const { limit, what, now } = options;
  const windows = new Map<string, { used: number; readonly endsAt: number }>();
  const windowOf = (key: string): { used: number; readonly endsAt: number } => {
    const found = windows.get(key);
    return found !== undefined && found.endsAt > now() ? found : { used: 0, endsAt: now() + 60_000 };
  };
  const check = (key: string): void => {
    const window = windowOf(key);
    if (limit === 0 || window.used < limit) return;
    throw fail('RATE_LIMITED', { limit: `${limit} ${what} a minute`, retryAfterSeconds: (window.endsAt - now()) / 1000 });
  };
  return {
    check,
    count(key) {
      check(key);
      const window = windowOf(key);
      window.used++;
      windows.delete(key);
      windows.set(key, window);
      if (windows.size > 10_000) for (const [other, { endsAt }] of windows) if (endsAt <= now()) windows.delete(other);
    },
  };
}
