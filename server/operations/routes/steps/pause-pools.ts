import * as z from 'zod';
import { AppError, toAppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import type { RoutesInput } from '../look-at-routes.ts';
import {
  consoleLine,
  hasNoPool,
  openPools,
  poolNames,
  type OpenPool,
  type RoutesContext,
  type RouteStepsWorld,
} from '../routes-context.ts';

interface PausingInput extends RoutesInput {
  outageLimitMs: number;
}
type Context = RoutesContext<PausingInput>;

/** Part of the outage limit that running transactions may take to end; the rest is for the change. */
const PAUSE_SHARE = 0.3;
const CONNECT_MS = 1_000;
const LOOK_EVERY_MS = 50;
/** An answer to PAUSE so young is the proof: asking again only makes clients wait longer. */
const SAME_LOOK_MS = 500;
const answered = new WeakMap<RouteStepsWorld, number>();
const zPausing = z.object({ pauseAskedAtMs: z.number() });

/** Since clients wait: the outage begins for them with the first pause; 0 = nobody was paused. */
export function pausedForMs(c: {
  world: { clock: { nowMs(): number } };
  rememberedBy(step: string): unknown;
}): number {
  const began = zPausing.safeParse(c.rememberedBy('pause-pools')).data?.pauseAskedAtMs;
  return began === undefined ? 0 : Math.max(0, c.world.clock.nowMs() - began);
}

async function states(c: RoutesContext<PausingInput>, { pool, pooler }: OpenPool) {
  const databases = await pooler.databases(within(c));
  return databases.filter((d) => pool.databases.includes(d.name));
}

/** All of its databases wait, and none holds a connection to the server. */
async function isPaused(c: Context, p: OpenPool): Promise<boolean> {
  const databases = await states(c, p);
  return databases.length === p.pool.databases.length && databases.every((d) => d.paused && d.servers === 0);
}

async function everyPool(c: Context, work: (p: OpenPool) => Promise<unknown>): Promise<AppError | null> {
  const ended = await Promise.allSettled(openPools(c).map(work));
  c.signal.throwIfAborted();
  const failed = ended.find((e) => e.status === 'rejected');
  return failed === undefined ? null : toAppError(failed.reason);
}

/** Also what could not be asked for is resumed elsewhere: one pool that is away must not keep the others waiting. */
async function resumeAll(c: Context): Promise<void> {
  const failure = await everyPool(c, async (p) => {
    await p.pooler.hurry(within(c));
    for (const database of p.pool.databases) await p.pooler.resume(database, within(c));
    await untilConnected(c, p);
    await p.pooler.reload(within(c));
  });
  if (failure !== null) throw failure;
}

/** Waiting clients have made the pool connect; without any, nothing has to be waited for. */
async function untilConnected(c: Context, p: OpenPool): Promise<void> {
  const endMs = c.world.clock.monotonicMs() + CONNECT_MS;
  while ((await states(c, p)).some((d) => d.servers === 0) && c.world.clock.monotonicMs() < endMs)
    await c.world.clock.sleep(LOOK_EVERY_MS, c.signal);
}

async function pauseAll(c: Context): Promise<void> {
  const timeoutMs = Math.round(c.input.outageLimitMs * PAUSE_SHARE);
  const failure = await everyPool(c, ({ pool, pooler }) =>
    Promise.all(pool.databases.map((database) => pooler.pause(database, { signal: c.signal, timeoutMs }))),
  );
  if (failure === null) {
    answered.set(c.world, c.world.clock.monotonicMs());
    return;
  }
  await resumeAll(c);
  if (failure.code !== 'DEADLINE_EXCEEDED') throw failure;
  throw new AppError('GATE_FAILED', {
    message: `transactions that run through ${poolNames(c.input)} did not end within ${timeoutMs / 1_000} s`,
    detail: 'Clients go on as before; nothing was stopped.',
    hint: 'Look for long transactions of applications, or choose a longer outage limit.',
  });
}

/** From here clients of the pools wait instead of failing; bounded by the outage limit. */
export function pausePools<O, I extends PausingInput>(): MutationStep<RouteStepsWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'pause-pools',
    group: 'outage',
    skip: hasNoPool,
    server: () => null,
    explain: (c) =>
      text(
        `Pause ${poolNames(c.input)}: clients wait from here, running transactions end first.`,
        `${poolNames(c.input)} anhalten: Ab hier warten Clients, laufende Transaktionen enden zuerst.`,
      ),
    actions: (c) =>
      c.input.routes.flatMap((pool) =>
        pool.kind === 'pgbouncer'
          ? pool.databases.map((database) => ({
              type: 'command' as const,
              server: pool.serverName,
              runAs: pool.loginUser,
              line: consoleLine(pool, `PAUSE "${database}"`),
            }))
          : [],
      ),
    expectedMs: () => 20,
    needs: [],
    isDone: async (c) => {
      const atMs = answered.get(c.world) ?? Number.NEGATIVE_INFINITY;
      if (c.world.clock.monotonicMs() - atMs < SAME_LOOK_MS) return 'done';
      const paused = await Promise.all(openPools(c).map((p) => isPaused(c, p)));
      return paused.every(Boolean) ? 'done' : 'not-done';
    },
    remember: (c) => Promise.resolve({ pauseAskedAtMs: c.world.clock.nowMs() }),
    do: pauseAll,
    undo: {
      explain: (c) =>
        text(
          `Resume ${poolNames(c.input)}: clients go on at the old primary.`,
          `${poolNames(c.input)} fortsetzen: Clients arbeiten am alten Primärserver weiter.`,
        ),
      isDone: async (c) => {
        const all = await Promise.all(openPools(c).map((p) => states(c, p)));
        return all.flat().some((d) => d.paused) ? 'not-done' : 'done';
      },
      do: resumeAll,
    },
    timeouts: (input) => ({ doMs: input.outageLimitMs, settleMs: 2_000, pollMs: 5 }),
    retry: RETRY.never,
  };
}
