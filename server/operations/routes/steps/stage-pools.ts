import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { redirectPools } from '#server/domain/pgbouncer-config.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import type { RoutesInput } from '../look-at-routes.ts';
import {
  hasNoPool,
  openPools,
  poolNames,
  targetOn,
  type OpenPool,
  type RoutesContext,
  type RouteStepsWorld,
} from '../routes-context.ts';

/** The pool's configuration with its databases led to the new primary. */
async function nextConfig(c: RoutesContext, { pool, pooler }: OpenPool): Promise<string> {
  return redirectPools(await pooler.config(within(c)), pool.databases, targetOn(c.input, 'newPrimary'));
}

/**
 * The next configuration of every pool, laid ready beside the present one: inside the outage one rename
 * is left. It has no effect before, whatever happens to PgBouncer.
 */
export function stagePools<O, I extends RoutesInput>(): MutationStep<RouteStepsWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'stage-pools',
    group: 'prepares',
    skip: hasNoPool,
    server: () => null,
    explain: (c) =>
      text(
        `Lay the next configuration of ${poolNames(c.input)} ready beside the present one, and keep its console open.`,
        `Die nächste Konfiguration von ${poolNames(c.input)} neben der jetzigen bereitlegen und die Konsole offen halten.`,
      ),
    actions: (c) =>
      c.input.routes.flatMap((pool) =>
        pool.kind === 'pgbouncer'
          ? [
              {
                type: 'command' as const,
                server: pool.serverName,
                runAs: pool.loginUser,
                line: `cp -p ${pool.configPath} ${pool.configPath}.tandem-${pool.id}-next`,
              },
            ]
          : [],
      ),
    expectedMs: () => 100,
    needs: [],
    isDone: async (c) => {
      const ready = await Promise.all(
        openPools(c).map(async (p) => (await p.pooler.staged(within(c))) === (await nextConfig(c, p))),
      );
      return ready.every(Boolean) ? 'done' : 'not-done';
    },
    do: async (c) => {
      await Promise.all(openPools(c).map(async (p) => p.pooler.stage(await nextConfig(c, p), within(c))));
    },
    undo: {
      explain: () => text('Take what was laid ready away.', 'Das Bereitgelegte entfernen.'),
      isDone: async (c) => {
        const staged = await Promise.all(openPools(c).map((p) => p.pooler.staged(within(c))));
        return staged.every((s) => s === null) ? 'done' : 'not-done';
      },
      do: async (c) => {
        await Promise.all(openPools(c).map((p) => p.pooler.unstage(within(c))));
      },
    },
    timeouts: { doMs: 30_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
