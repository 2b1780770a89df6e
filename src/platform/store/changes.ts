/**
 * Wake-ups inside this process: whoever writes announces a topic after its commit, whoever waits reads again.
 *
 * Only a hint, never data: a waiter also looks by itself now and then, so that a change made by another process is
 * seen too (late, but seen).
 */
export type Changes = {
  /** Wakes those who wait for `topic`; call after the commit. */
  announce(topic: string): void;
  /** Take before reading; `wait` with it returns at once if something was announced since. */
  ticket(topic: string): number;
  /** Resolves on the next announcement after `ticket`, after `timeoutMs`, or on abort, whichever is first; never rejects. */
  wait(topic: string, ticket: number, options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void>;
};

/** Topics without a waiter beyond this many are forgotten. */
const topicLimit = 1000;

type Topic = { version: number; readonly waiters: Set<() => void> };

export function createChanges(): Changes {
  const topics = new Map<string, Topic>();
  // One counter for all topics: one that was forgotten and made again starts beyond every ticket given out before, so
  // that at worst a waiter reads once too often and never sleeps through an announcement.
  let counter = 0;
  const topicOf = (name: string): Topic => {
    const found = topics.get(name) ?? { version: counter, waiters: new Set() };
    topics.set(name, found);
    if (topics.size > topicLimit) for (const [other, topic] of topics) if (topic.waiters.size === 0) topics.delete(other);
    return found;
  };
  return {
    announce(name) {
      counter++;
      const topic = topics.get(name);
      if (topic === undefined) return;
      topic.version = counter;
      for (const wake of topic.waiters) wake();
    },
    ticket(name) {
      topicOf(name);
      return counter;
    },
    wait(name, ticket, { timeoutMs, signal }) {
      const topic = topicOf(name);
      if (topic.version > ticket || signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          topic.waiters.delete(end);
          signal?.removeEventListener('abort', end);
          if (topic.waiters.size === 0 && topics.get(name) === topic) topics.delete(name);
          resolve();
        };
        const timer = setTimeout(end, timeoutMs);
        topic.waiters.add(end);
        signal?.addEventListener('abort', end, { once: true });
      });
    },
  };
}
