import type { Pooler } from '#server/ports/client-routes.ts';
import type { PgbouncerConsole } from './pgbouncer-console.ts';
import type { PoolFiles } from './pool-files.ts';

const GRACE_MS = 200;

/** One PgBouncer through its console and its configuration file. */
export function createPgbouncer(
  console: PgbouncerConsole,
  files: PoolFiles,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): Pooler {
  return {
    look: (o) => console.look(o),
    databases: (o) => console.databases(o),
    pause: (database, o) => console.pause(database, o),
    resume: (database, o) => console.resume(database, o),
    hurry: (o) => console.hurry(o),
    reload: (o) => console.reload(o),
    cutLeaving: async (database, o) => {
      if ((await console.leaving(database, o)) === 0) return;
      await sleep(GRACE_MS, o.signal);
      if ((await console.leaving(database, o)) > 0) await console.kill(database, o);
    },
    config: (o) => files.config(o),
    mayWrite: (o) => files.mayWrite(o),
    staged: (o) => files.staged(o),
    stage: (text, o) => files.stage(text, o),
    unstage: (o) => files.unstage(o),
    swap: (o) => files.swap(o),
  };
}
