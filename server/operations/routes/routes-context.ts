import type { StepContext } from '#server/engine/define-operation.ts';
import { poolsOf, type PinnedPool } from '#server/domain/client-route.ts';
import type { Pooler } from '#server/ports/client-routes.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Pin } from '../change/input.ts';
import type { RoutesInput, RoutesWorld } from './look-at-routes.ts';

/** What the steps about routes reach. */
export interface RouteStepsWorld extends RoutesWorld {
  clock: Clock;
}
export type RoutesContext<I extends RoutesInput = RoutesInput> = StepContext<RouteStepsWorld, I>;

/** One pool of the run with the way to it. */
export interface OpenPool {
  pool: PinnedPool;
  pooler: Pooler;
}

export const openPools = (c: { world: RouteStepsWorld; input: RoutesInput }): OpenPool[] =>
  poolsOf(c.input.routes).map((pool) => ({ pool, pooler: c.world.routes.pooler(pool) }));

export const hasNoPool = (input: RoutesInput): boolean => poolsOf(input.routes).length === 0;

export const poolNames = (input: RoutesInput): string =>
  poolsOf(input.routes)
    .map((pool) => pool.name)
    .join(', ');

/** Where a pool finds a server: as its partner reaches it. */
export const targetOn = (input: RoutesInput, pin: Pin): { host: string; port: number } => ({
  host: input[pin].address,
  port: input[pin].location.port,
});

/** The console line as a person would type it on the pool's server. */
export function consoleLine({ console: at }: PinnedPool, command: string): string {
  const host = at.socketDirectory ?? '127.0.0.1';
  return `psql -h ${host} -p ${at.port} -U ${at.user} pgbouncer -c '${command}'`;
}
