import { setTimeout as delay } from 'node:timers/promises';

interface Asked {
  sql(text: string): Promise<string>;
}

/** Whether it accepts writes now; a server that does not answer does not. */
export async function isWritable(node: Asked): Promise<boolean> {
  return (await node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone')).trim() === 'f';
}

/** Asks a server again and again until `stop`, which answers how often it was asked, answered, and was writable. */
export function watchWritable(node: Asked) {
  const seen = { asked: 0, answered: 0, writable: 0 };
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const answer = (await node.sql('SELECT pg_is_in_recovery()').catch(() => '')).trim();
      seen.asked += 1;
      if (answer !== '') seen.answered += 1;
      if (answer === 'f') seen.writable += 1;
      await delay(100, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    seen,
    stop: async () => {
      stopping.abort();
      await watching;
      return seen;
    },
  };
}
