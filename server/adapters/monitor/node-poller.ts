import { toAppError, type AppError } from '#server/errors/app-error.ts';
import type { ErrorCode } from '#server/errors/catalog.ts';
import type { UnreachableHop, UnreachableNodeSample } from '#server/domain/node-sample.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { NodePoller, WatchedNode } from '#server/ports/monitoring.ts';
import type { SqlSession } from '#server/ports/sql-session.ts';
import { FreshLooks } from './fresh-looks.ts';
import { ENDED, inTime } from './in-time.ts';
import { KeptSession } from './kept-session.ts';
import { Pace } from './pace.ts';
import { DEADLINE_MS, Patience } from './patience.ts';
import { SampleSource } from './sample-source.ts';
import { DATABASE_BYTES_SQL } from './sample-sql.ts';

/**
 * A sample that is so late makes us ask the host as well, so that the hop can be named at the deadline
 * and not after it: a poll that outlived its second would halve the rate of samples just when it matters.
 */
const ASK_HOST_AFTER_MS = 350;
const SIZE_EVERY_MS = 60_000;
/** So many logins at once keep two processors busy; a quick one takes some 20 ms of theirs. */
const LOGINS = { atOnce: 12, heldMs: 500 };
/** Walking all relation files takes seconds where they are many. */
const SIZE_TIMEOUT_MS = 60_000;

const HOPS: Partial<Record<ErrorCode, UnreachableHop>> = {
  HOST_KEY_CHANGED: 'host-key',
  SSH_HOST_KEY_UNKNOWN: 'host-key',
  SSH_NAME_NOT_RESOLVED: 'ssh',
  SSH_CONNECTION_REFUSED: 'ssh',
  SSH_TIMEOUT_CONNECT: 'ssh',
  SSH_CONNECTION_LOST: 'ssh',
  SSH_NO_ROUTE: 'ssh',
  SSH_NOT_AN_SSH_SERVER: 'ssh',
  SSH_LOGIN_REFUSED: 'ssh',
  SSH_FORWARDING_REFUSED: 'ssh',
  PG_NOT_ACCEPTING_CONNECTIONS: 'tcp',
  PG_AUTHENTICATION_FAILED: 'auth',
  PG_ERROR: 'sql',
};

export interface NodePollerDeps {
  clock: Clock;
  transport: (serverId: string, signal: AbortSignal) => Promise<HostTransport>;
  open: (node: WatchedNode, signal: AbortSignal) => Promise<SqlSession>;
  /** Resolves when a new connection is answered; nobody logs in. */
  knock: (node: WatchedNode, signal: AbortSignal) => Promise<void>;
}

/** What is remembered of one node between polls. */
interface Kept {
  /** As the inventory has it now. */
  node: WatchedNode;
  session: KeptSession;
  samples: SampleSource;
  fresh: FreshLooks;
  databaseBytes: number | null;
  sizeDueMs: number;
}

/** Polls nodes over kept sessions; a failed poll names the hop that failed. */
export function createNodePoller(deps: NodePollerDeps): NodePoller {
  const kept = new Map<string, Kept>();
  const pace = new Pace(deps.clock, LOGINS);
  const keptOf = (node: WatchedNode): Kept => {
    const known = kept.get(node.instanceId) ?? keep(deps, pace, node);
    known.node = node;
    kept.set(node.instanceId, known);
    return known;
  };
  return {
    poll: async (node, o) => {
      const mine = keptOf(node);
      const base = { instanceId: node.instanceId, tick: o.tick };
      await mine.samples.ready();
      const host = lateHostPing(deps, node, o.signal);
      try {
        const [sample] = await Promise.all([
          mine.samples.take(o.signal),
          mine.fresh.look(o.fresh, DEADLINE_MS, o.signal),
        ]);
        return { reachable: true, ...base, ...sample, databaseBytes: mine.databaseBytes };
      } catch (thrown) {
        const error = toAppError(thrown);
        return { ...base, ...(await nameHop(error, host.answers)), takenAtMs: deps.clock.nowMs() };
      } finally {
        host.notNeeded();
      }
    },
    keepOnly: async (ids) => {
      for (const [id, { session }] of kept) {
        if (ids.has(id)) continue;
        kept.delete(id);
        await session.close();
      }
    },
  };
}

function keep(deps: NodePollerDeps, pace: Pace, node: WatchedNode): Kept {
  const patience = new Patience();
  const session = new KeptSession((signal) => deps.open(mine.node, signal), pace);
  const mine: Kept = {
    node,
    session,
    samples: new SampleSource(deps.clock, session, patience),
    fresh: new FreshLooks({
      clock: deps.clock,
      patience,
      pace,
      knock: (signal) => deps.knock(mine.node, signal),
      login: (signal) => logIn(deps, mine, signal),
    }),
    databaseBytes: null,
    sizeDueMs: 0,
  };
  return mine;
}

/** Proves that a login works. Its session measures the size as well, which would hold samples up. */
async function logIn(deps: NodePollerDeps, mine: Kept, signal: AbortSignal): Promise<void> {
  const session = await deps.open(mine.node, signal);
  const nowMs = deps.clock.monotonicMs();
  const due = nowMs >= mine.sizeDueMs;
  if (due) mine.sizeDueMs = nowMs + SIZE_EVERY_MS;
  void (due ? measureSize(mine, session) : Promise.resolve()).finally(() => session.close());
}

async function measureSize(mine: Kept, session: SqlSession): Promise<void> {
  const wait = { signal: new AbortController().signal, timeoutMs: SIZE_TIMEOUT_MS };
  try {
    const rows = await session.query<{ bytes: string }>(DATABASE_BYTES_SQL, [], wait);
    mine.databaseBytes = Number(rows[0]?.bytes ?? Number.NaN) || null;
  } catch {
    // The last size stays; the next login after a minute measures again.
  }
}

async function nameHop(
  error: AppError,
  ping: () => Promise<boolean>,
): Promise<Pick<UnreachableNodeSample, 'reachable' | 'hop' | 'detail' | 'hostAnswers'>> {
  const known = HOPS[error.code];
  const named = (hop: UnreachableHop, hostAnswers: boolean) => ({
    reachable: false as const,
    hop,
    detail: error.message,
    hostAnswers,
  });
  if (known === 'ssh' || known === 'host-key') return named(known, false);
  const hostAnswers = await ping();
  return named(known ?? (hostAnswers ? 'timeout' : 'ssh'), hostAnswers);
}

/** Asks the host once, by itself after a while or as soon as the answer is wanted. */
function lateHostPing(
  deps: NodePollerDeps,
  node: WatchedNode,
  signal: AbortSignal,
): { answers: () => Promise<boolean>; notNeeded: () => void } {
  const stop = new AbortController();
  let asked: Promise<boolean> | null = null;
  const answers = (): Promise<boolean> => (asked ??= hostPing(deps, node, signal));
  deps.clock.sleep(ASK_HOST_AFTER_MS, stop.signal).then(
    () => void answers(),
    () => undefined,
  );
  // A ping under way is left to end: cutting it short would cost the kept shell.
  return { answers, notNeeded: () => stop.abort(ENDED) };
}

async function hostPing(deps: NodePollerDeps, node: WatchedNode, signal: AbortSignal): Promise<boolean> {
  const timeoutMs = DEADLINE_MS - ASK_HOST_AFTER_MS;
  try {
    const transport = await inTime(deps.clock, timeoutMs, deps.transport(node.serverId, signal));
    await inTime(deps.clock, timeoutMs, transport.ping({ signal, timeoutMs }));
    return true;
  } catch {
    return false;
  }
}
