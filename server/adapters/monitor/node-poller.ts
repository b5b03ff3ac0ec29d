import { toAppError, type AppError } from '#server/errors/app-error.ts';
import type { ErrorCode } from '#server/errors/catalog.ts';
import type { UnreachableHop, UnreachableNodeSample } from '#server/domain/node-sample.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { NodePoller, WatchedNode } from '#server/ports/monitoring.ts';
import type { SqlSession } from '#server/ports/sql-session.ts';
import { KeptSession } from './kept-session.ts';
import { DATABASE_BYTES_SQL, parseSample, SAMPLE_SQL } from './sample-sql.ts';

const DEADLINE_MS = 800;
/**
 * A sample that is so late makes us ask the host as well, so that the hop can be named at the deadline
 * and not after it: a poll that outlived its second would halve the rate of samples just when it matters.
 */
const ASK_HOST_AFTER_MS = 350;
const SIZE_EVERY_TICKS = 60;

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
}

interface Kept {
  session: KeptSession;
  databaseBytes: number | null;
}

/** Polls nodes over kept sessions; a failed poll names the hop that failed. */
export function createNodePoller(deps: NodePollerDeps): NodePoller {
  const kept = new Map<string, Kept>();
  const keptOf = (node: WatchedNode): Kept => {
    const known = kept.get(node.instanceId);
    if (known !== undefined) return known;
    const made = { session: new KeptSession((signal) => deps.open(node, signal)), databaseBytes: null };
    kept.set(node.instanceId, made);
    return made;
  };
  return {
    poll: async (node, o) => {
      const mine = keptOf(node);
      const base = { instanceId: node.instanceId, tick: o.tick };
      const startedAtMs = deps.clock.monotonicMs();
      const host = lateHostPing(deps, node, o.signal);
      try {
        const [body] = await Promise.all([
          sampleWithin(deps.clock, mine, o.signal),
          o.fresh ? tryFreshConnection(deps, node, o.signal) : undefined,
        ]);
        const roundTripMs = deps.clock.monotonicMs() - startedAtMs;
        if (o.tick % SIZE_EVERY_TICKS === 0 || mine.databaseBytes === null) measureSize(mine, o.signal);
        return {
          reachable: true,
          ...base,
          takenAtMs: deps.clock.nowMs(),
          roundTripMs,
          ...body,
          databaseBytes: mine.databaseBytes,
        };
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

async function sampleWithin(
  clock: Clock,
  { session }: Kept,
  signal: AbortSignal,
): Promise<ReturnType<typeof parseSample>> {
  const endMs = clock.monotonicMs() + DEADLINE_MS;
  const live = await inTime(clock, DEADLINE_MS, signal, session.get());
  try {
    const rows = await live.query<{ sample: string }>(SAMPLE_SQL, [], {
      signal,
      timeoutMs: Math.max(50, Math.round(endMs - clock.monotonicMs())),
      name: 'tandem_sample',
    });
    return parseSample(rows[0]?.sample ?? 'null');
  } catch (thrown) {
    await session.drop();
    throw thrown;
  }
}

/** A frozen postmaster answers on a kept session while nobody can connect any more. */
async function tryFreshConnection(
  deps: NodePollerDeps,
  node: WatchedNode,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const opening = deps.open(node, AbortSignal.any([signal, stop.signal]));
  try {
    await inTime(deps.clock, DEADLINE_MS, signal, opening);
  } finally {
    stop.abort();
    // Also one that opens after the deadline must not stay.
    opening.then((session) => session.close()).catch(() => undefined);
  }
}

function measureSize(mine: Kept, signal: AbortSignal): void {
  mine.session
    .get()
    .then((s) => s.query<{ bytes: string }>(DATABASE_BYTES_SQL, [], { signal, timeoutMs: DEADLINE_MS }))
    .then((rows) => {
      mine.databaseBytes = Number(rows[0]?.bytes ?? Number.NaN) || null;
    })
    .catch(() => undefined);
}

class PollTimeout extends Error {}

async function inTime<T>(clock: Clock, ms: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = clock.sleep(ms, AbortSignal.any([stop.signal, signal])).then(() => {
    throw new PollTimeout(`no answer within ${ms} ms`);
  });
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
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
  deps.clock.sleep(ASK_HOST_AFTER_MS, AbortSignal.any([signal, stop.signal])).then(
    () => void answers(),
    () => undefined,
  );
  // A ping under way is left to end: cutting it short would cost the kept shell.
  return { answers, notNeeded: () => stop.abort() };
}

async function hostPing(deps: NodePollerDeps, node: WatchedNode, signal: AbortSignal): Promise<boolean> {
  const timeoutMs = DEADLINE_MS - ASK_HOST_AFTER_MS;
  try {
    const transport = await inTime(deps.clock, timeoutMs, signal, deps.transport(node.serverId, signal));
    await inTime(deps.clock, timeoutMs, signal, transport.ping({ signal, timeoutMs }));
    return true;
  } catch {
    return false;
  }
}
