import { AppError, toAppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { redirectPools as withTarget } from '#server/domain/pgbouncer-config.ts';
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

async function arrives(c: RoutesContext, { pool, pooler }: OpenPool): Promise<boolean> {
  const to = targetOn(c.input, 'newPrimary');
  const databases = (await pooler.databases(within(c))).filter((d) => pool.databases.includes(d.name));
  return (
    databases.length === pool.databases.length &&
    databases.every((d) => d.host === to.host && d.port === to.port && !d.paused)
  );
}

/** The file first: a PgBouncer that restarts meanwhile must find the new primary too. */
async function redirect(c: RoutesContext, { pool, pooler }: OpenPool): Promise<void> {
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
  for (const database of pool.databases) {
    await pooler.cutLeaving(database, within(c));
    await pooler.resume(database, within(c));
  }
}

/** Pools lead to the new primary, and waiting clients go on there. One that is away does not hold up the others. */
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
    actions: (c) =>
      c.input.routes.flatMap((pool) => {
        if (pool.kind !== 'pgbouncer') return [];
        const next = `${pool.configPath}.tandem-${pool.id}-next`;
        const commands = ['RELOAD', ...pool.databases.map((database) => `RESUME "${database}"`)];
        return [
          `mv -f -T -- ${next} ${pool.configPath}`,
          ...commands.map((command) => consoleLine(pool, command)),
        ].map((line) => ({
          type: 'command' as const,
          server: pool.serverName,
          runAs: pool.loginUser,
          line,
        }));
      }),
    expectedMs: () => 30,
    needs: [],
    isDone: async (c) => {
      const there = await Promise.all(openPools(c).map((p) => arrives(c, p)));
      return there.every(Boolean) ? 'done' : 'not-done';
    },
    do: async (c) => {
      const ended = await Promise.allSettled(openPools(c).map((p) => redirect(c, p)));
      c.signal.throwIfAborted();
      const failures = ended.flatMap((e) => (e.status === 'rejected' ? [toAppError(e.reason)] : []));
      const [first] = failures;
      if (first === undefined) return;
      throw new AppError(first.code, {
        message: failures.map((f) => f.message).join('; '),
        hint: 'The primary has moved; clients of this pool wait or fail until it is led there. Mend the pool, then retry.',
        cause: first,
      });
    },
    undo: {
      nothing: text(
        'The primary has moved: the pools stay with it.',
        'Der Primärserver hat gewechselt: Die Pools bleiben bei ihm.',
      ),
    },
    timeouts: { doMs: 60_000, settleMs: 5_000, pollMs: 20 },
    retry: RETRY.transientOnly,
  };
}
