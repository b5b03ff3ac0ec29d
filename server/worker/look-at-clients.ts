import { toAppError } from '#server/errors/app-error.ts';
import type { ClientsLook } from '#server/domain/clients-look.ts';
import { seeRoutes } from '#server/operations/routes/look-at-routes.ts';
import type { ChangePair, ChangeStore } from '#server/ports/change-store.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Log } from '#server/ports/log.ts';
import type { PairClients } from '#server/ports/pair-clients.ts';
import type { NodeSessions } from './node-sessions.ts';
import type { WorkerRoutes } from './routes.ts';

const EVERY_MS = 3_000;
const LOOP_MS = 500;
const LOOK_MS = 5_000;

export interface ClientsDeps {
  clock: Clock;
  log: Log;
  clients: PairClients;
  changes: Pick<ChangeStore, 'pairs'>;
  sessions: NodeSessions;
  routes: WorkerRoutes;
  isMine: (pairId: string) => Promise<boolean>;
  changed: (pairId: string) => void;
}

/** While somebody looks at a pair's applications: where routes lead, and who is connected to the standby. */
export async function lookAtClients(deps: ClientsDeps, signal: AbortSignal): Promise<void> {
  const { clock, clients, log } = deps;
  const lastMs = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    const wanted = await clients.wanted().catch((error: unknown) => {
      log.warn({ err: error }, 'open pages about applications not read');
      return [];
    });
    for (const pairId of wanted) {
      const waitedMs = clock.monotonicMs() - (lastMs.get(pairId) ?? Number.NEGATIVE_INFINITY);
      if (waitedMs < EVERY_MS || running.has(pairId) || !(await deps.isMine(pairId))) continue;
      lastMs.set(pairId, clock.monotonicMs());
      running.set(
        pairId,
        lookOnce(deps, pairId, signal).finally(() => running.delete(pairId)),
      );
    }
    await clock.sleep(LOOP_MS, signal).catch(() => undefined);
  }
  await Promise.all(running.values());
}

async function lookOnce(deps: ClientsDeps, pairId: string, signal: AbortSignal): Promise<void> {
  try {
    const pair = (await deps.changes.pairs()).find((p) => p.pairId === pairId);
    if (pair === undefined) return;
    await deps.clients.save(pairId, await look(deps, pair, signal));
    deps.changed(pairId);
  } catch (thrown) {
    if (!signal.aborted) deps.log.warn({ err: toAppError(thrown), pairId }, 'applications not looked at');
  }
}

async function look(deps: ClientsDeps, pair: ChangePair, signal: AbortSignal): Promise<ClientsLook> {
  const wait = { signal, timeoutMs: LOOK_MS };
  const [primary, standby] = [deps.sessions.take(pair.primary), deps.sessions.take(pair.standby)];
  try {
    const world = { oldPrimary: primary, newPrimary: standby, routes: deps.routes.open(pair.primary, null) };
    const input = { oldPrimary: pair.primary, newPrimary: pair.standby, routes: pair.routes };
    const [routes, there] = await Promise.all([
      seeRoutes(world, input, wait),
      standby.session.clientSessions(wait).catch((thrown: unknown) => toAppError(thrown)),
    ]);
    const { instanceId, serverName } = pair.standby;
    const found =
      'sessions' in there
        ? { ...there, detail: null }
        : { sessions: null, cut: false, detail: there.message };
    return { takenAtMs: deps.clock.nowMs(), routes, standby: { instanceId, serverName, ...found } };
  } finally {
    primary.release();
    standby.release();
  }
}
