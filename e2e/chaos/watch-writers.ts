import { setTimeout as delay } from 'node:timers/promises';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';

const EVERY_MS = 500;

export const isWritable = async (node: LabPostgres): Promise<boolean> =>
  (await node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone')) === 'f';

/** Looks all the time whether both nodes accept writes at once; `end` answers how often they did. */
export function watchWriters(nodes: Record<'db1' | 'db2', LabPostgres>): { end(): Promise<number> } {
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
