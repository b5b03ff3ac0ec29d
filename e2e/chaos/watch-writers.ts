import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 500;

/** A server of practice hosts of any kind. */
interface Writer {
  sql(text: string): Promise<string>;
}

export interface WritersWatch {
  /** Stops looking; answers how often both accepted writes at once. */
  end(): Promise<number>;
}

export const isWritable = async (node: Writer): Promise<boolean> =>
  (await node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';

/** Looks all the time whether both nodes accept writes at once; `end` answers how often they did. */
export function watchWriters(nodes: Record<'db1' | 'db2', Writer>): WritersWatch {
  const stopping = new AbortController();
  let both = 0;
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Three looks: a change of roles between the first two is no overlap.
      const first = await isWritable(nodes.db1);
      if (first && (await isWritable(nodes.db2)) && (await isWritable(nodes.db1))) both += 1;
      await delay(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const done = watch();
  return {
    end: async () => {
      stopping.abort();
      await done;
      return both;
    },
  };
}
