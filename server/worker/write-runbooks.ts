import { keepRunbooks } from '#server/adapters/runbooks/runbook-folder.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { ChangeStore } from '#server/ports/change-store.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Log } from '#server/ports/log.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import { runbookOf } from '#server/services/runbook-service.ts';

/** A change is in the folder so soon after it. */
const EVERY_MS = 5_000;

/** Keeps the runbooks of all pairs outside the control database; nothing where no folder is named. */
export async function writeRunbooks(
  o: {
    folder: string | undefined;
    changes: Pick<ChangeStore, 'pairs'>;
    servers: Pick<ServerStore, 'list'>;
    clock: Clock;
    log: Log;
  },
  signal: AbortSignal,
): Promise<void> {
  const { folder, clock, log } = o;
  if (folder === undefined) return;
  let told = '';
  while (!signal.aborted) {
    try {
      const [pairs, servers] = await Promise.all([o.changes.pairs(), o.servers.list()]);
      const runbooks = pairs.flatMap((pair) => {
        const blocks = runbookOf(pair, servers);
        return blocks === null ? [] : [{ pairId: pair.pairId, pairName: pair.name, blocks }];
      });
      const changed = await keepRunbooks(folder, runbooks);
      if (changed > 0) log.info({ folder, files: changed }, 'runbooks written');
      told = '';
    } catch (thrown) {
      const { message } = toAppError(thrown);
      if (message !== told) log.warn({ folder, problem: message }, 'runbooks not written');
      told = message;
    }
    await clock.sleep(EVERY_MS, signal).catch(() => undefined);
  }
}
