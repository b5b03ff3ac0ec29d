import { AppError, toAppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { redirectPools as withTarget } from '#server/domain/pgbouncer-config.ts';
import type { PlanAction, PlanGroup } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import type { RoutesInput } from '../look-at-routes.ts';
import {
  consoleLine,
  hasNoPool,
  openPools,
  poolNames,
  targetOn,
  type OpenPool,
  type RoutesContext,
  type RouteStepsWorld,
} from '../routes-context.ts';

const LOOK_MS = 2_000;

/** Pools that are led on while the promotion runs, by world: the step that resumes them waits for it. */
const leading = new WeakMap<RouteStepsWorld, Map<string, Promise<void>>>();
/** Pools whose configuration counts again as it is written. */
const calmed = new WeakSet<RouteStepsWorld>();
/** Pools that could not be led on in this run: waiting clients of the others do not wait for them. */
const failed = new WeakMap<RouteStepsWorld, Map<string, AppError>>();

/**
 * Behind the point of no return, beside the promotion: a paused pool may know its next server before
 * that accepts writes, and its clients wait for one round trip less.
 */
export function leadAhead(c: RoutesContext): void {
  const started = new Map<string, Promise<void>>();
  for (const p of openPools(c)) {
    const lead = leadOn(c, p);
    // What became of it is told by the step that waits for it.
    lead.catch(() => undefined);
    started.set(p.pool.id, lead);
  }
  leading.set(c.world, started);
}

/**
 * The new primary accepts writes: paused clients go on now, beside the promotion's being written down. What
 * did not work out is told and tried again by the step that resumes them.
 */
export function resumeAhead(c: RoutesContext): void {
  const ahead = leading.get(c.world);
  if (ahead === undefined || c.rememberedBy('pause-pools') === undefined) return;
  for (const p of openPools(c)) {
    const resumed = ahead.get(p.pool.id)?.then(() => resumeAll(c, p));
    if (resumed === undefined) continue;
    resumed.catch(() => undefined);
    ahead.set(p.pool.id, resumed);
  }
}

async function resumeAll(c: RoutesContext, { pool, pooler }: OpenPool): Promise<void> {
  for (const database of pool.databases) await pooler.resume(database, within(c));
}

async function arrives(c: RoutesContext, { pool, pooler }: OpenPool): Promise<boolean> {
  const to = targetOn(c.input, 'newPrimary');
  // Short, because clients of the other pools wait for the answer.
  const all = await pooler.databases(within(c, LOOK_MS));
  const databases = all.filter((d) => pool.databases.includes(d.name));
  return (
    databases.length === pool.databases.length &&
    databases.every((d) => d.host === to.host && d.port === to.port && !d.paused)
  );
}

/** The file first: a PgBouncer that restarts meanwhile must find the new primary too. */
async function leadOn(c: RoutesContext, { pool, pooler }: OpenPool): Promise<void> {
  if ((await pooler.swap(within(c))) === 'changed') {
    const config = await pooler.config(within(c));
    const next = withTarget(config, pool.databases, targetOn(c.input, 'newPrimary'));
    if (next !== config) {
      if (c.rememberedBy('stage-pools') !== undefined)
        c.log(`${pool.name}: the configuration was changed since it was staged, and is led on anew`);
      await pooler.stage(next, within(c));
      await pooler.swap(within(c));
    }
  }
  await pooler.reload(within(c));
  await pooler.hurry(within(c));
}

async function redirect(c: RoutesContext, p: OpenPool): Promise<void> {
  const ahead = leading.get(c.world);
  const lead = ahead?.get(p.pool.id) ?? leadOn(c, p);
  ahead?.delete(p.pool.id);
  await lead;
  const wasPaused = c.rememberedBy('pause-pools') !== undefined;
  for (const database of p.pool.databases) {
    // A pause held no connection to the old server.
    if (!wasPaused) await p.pooler.cutLeaving(database, within(c));
    await p.pooler.resume(database, within(c));
  }
}

async function redirectAll(c: RoutesContext): Promise<Map<string, AppError>> {
  const failures = new Map<string, AppError>();
  await Promise.all(
    openPools(c).map((p) =>
      redirect(c, p).catch((thrown: unknown) => failures.set(p.pool.id, toAppError(thrown))),
    ),
  );
  c.signal.throwIfAborted();
  failed.set(c.world, failures);
  return failures;
}

const STAYS = text(
  'The primary has moved: the pools stay with it.',
  'Der Primärserver hat gewechselt: Die Pools bleiben bei ihm.',
);

function actionsOf(input: RoutesInput): PlanAction[] {
  return input.routes.flatMap((pool) => {
    if (pool.kind !== 'pgbouncer') return [];
    const next = `${pool.configPath}.tandem-${pool.id}-next`;
    const commands = ['RELOAD', ...pool.databases.map((database) => `RESUME "${database}"`)];
    return [
      `mv -f -T -- ${next} ${pool.configPath}`,
      ...commands.map((command) => consoleLine(pool, command)),
    ].map((line) => ({ type: 'command' as const, server: pool.serverName, runAs: pool.loginUser, line }));
  });
}

/**
 * Pools lead to the new primary, and waiting clients go on there, before anything else is written down.
 * A pool that is away does not hold up the change: `settlePools` asks about it.
 */
export function redirectPools<O, I extends RoutesInput>(): MutationStep<RouteStepsWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'redirect-pools',
    group: 'takes-over',
    skip: hasNoPool,
    server: () => null,
    explain: (c) =>
      text(
        `Point ${poolNames(c.input)} at the new primary and let waiting clients go on.`,
        `${poolNames(c.input)} auf den neuen Primärserver richten und wartende Clients fortsetzen lassen.`,
      ),
    actions: (c) => actionsOf(c.input),
    expectedMs: () => 30,
    needs: [],
    isDone: async (c) => {
      const failures = failed.get(c.world);
      const there = await Promise.all(
        openPools(c).map(async (p) => failures?.has(p.pool.id) === true || arrives(c, p).catch(() => false)),
      );
      return there.every(Boolean) ? 'done' : 'not-done';
    },
    do: async (c) => {
      for (const { message } of (await redirectAll(c)).values()) c.log(message);
    },
    undo: { nothing: STAYS },
    timeouts: { doMs: 60_000, settleMs: 5_000, pollMs: 20 },
    retry: RETRY.never,
  };
}

/** Every pool leads to the new primary, or a person is asked. */
export function settlePools<O, I extends RoutesInput>(group: PlanGroup): MutationStep<RouteStepsWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'settle-pools',
    group,
    skip: hasNoPool,
    server: () => null,
    explain: (c) =>
      text(
        `See that ${poolNames(c.input)} leads to the new primary; what was out of reach is led there now.`,
        `Nachsehen, dass ${poolNames(c.input)} zum neuen Primärserver führt; was nicht erreichbar war, wird jetzt dorthin gerichtet.`,
      ),
    expectedMs: () => 20,
    needs: [],
    isDone: async (c) => {
      if (!calmed.has(c.world)) return 'not-done';
      const there = await Promise.all(openPools(c).map((p) => arrives(c, p)));
      return there.every(Boolean) ? 'done' : 'not-done';
    },
    do: async (c) => {
      const failures = [...(await redirectAll(c)).values()];
      const [first] = failures;
      if (first === undefined) {
        await Promise.all(openPools(c).map(({ pooler }) => pooler.reload(within(c))));
        calmed.add(c.world);
        return;
      }
      throw new AppError(first.code, {
        message: failures.map((f) => f.message).join('; '),
        hint: 'The primary has moved; clients of this pool wait or fail until it is led there. Mend the pool, then retry.',
        cause: first,
      });
    },
    undo: { nothing: STAYS },
    timeouts: { doMs: 60_000, settleMs: 5_000, pollMs: 50 },
    retry: RETRY.transientOnly,
  };
}
