import { toAppError } from '#server/errors/app-error.ts';
import { poolsOf, routeAddress, type PinnedPool, type PinnedRoute } from '#server/domain/client-route.ts';
import { poolTarget } from '#server/domain/pgbouncer-config.ts';
import { sightingOf, type KnownNode, type RouteSighting } from '#server/domain/route-sighting.ts';
import type { PoolState, RouteAccess } from '#server/ports/client-routes.ts';
import type { NodeSession } from '#server/ports/node-session.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { Pin } from '../change/input.ts';

/** What a look at the routes of a pair needs. */
export interface RoutesWorld extends Record<Pin, { session: NodeSession }> {
  routes: RouteAccess;
}
export interface RoutesInput extends Record<
  Pin,
  { serverName: string; address: string; location: { port: number } }
> {
  routes: PinnedRoute[];
}

/** How far a pool could be paused and led elsewhere. */
export interface PoolLook {
  pool: PinnedPool;
  state: PoolState | null;
  /** Where the file leads each database; null = it has no entry of its own. */
  entries: { name: string; target: { host: string | null; port: number } | null }[];
  /** Why it could not be done; null = nothing found. */
  fault: string | null;
}

export interface RoutesLook {
  sightings: RouteSighting[];
  pools: PoolLook[];
}

export const NO_ROUTES: RoutesLook = { sightings: [], pools: [] };

/** Tries every route and asks every pool at once; never rejects for what happens out there. */
export async function lookAtRoutes(world: RoutesWorld, input: RoutesInput, o: Wait): Promise<RoutesLook> {
  if (input.routes.length === 0) return NO_ROUTES;
  const [sightings, pools] = await Promise.all([
    seeRoutes(world, input, o),
    Promise.all(poolsOf(input.routes).map((pool) => lookAtPool(world.routes, pool, o))),
  ]);
  return { sightings, pools };
}

/** Where each route leads now. */
export async function seeRoutes(world: RoutesWorld, input: RoutesInput, o: Wait): Promise<RouteSighting[]> {
  const [nodes, answers] = await Promise.all([
    knownNodes(world, input, o),
    Promise.all(input.routes.map((route) => world.routes.ask(route, o))),
  ]);
  return input.routes.flatMap((route, i) => {
    const answer = answers[i];
    const { id: routeId, name, kind } = route;
    return answer === undefined
      ? []
      : [sightingOf({ routeId, name, kind, address: routeAddress(route) }, answer, nodes)];
  });
}

async function knownNodes(world: RoutesWorld, input: RoutesInput, o: Wait): Promise<KnownNode[]> {
  const pins = ['oldPrimary', 'newPrimary'] as const;
  const found = await Promise.all(
    pins.map((pin) =>
      world[pin].session.identity(o).then(
        (identity) => [{ serverName: input[pin].serverName, ...identity }],
        () => [],
      ),
    ),
  );
  o.signal.throwIfAborted();
  return found.flat();
}

async function lookAtPool(routes: RouteAccess, pool: PinnedPool, o: Wait): Promise<PoolLook> {
  const pooler = routes.pooler(pool);
  try {
    const [state, config, refusal] = await Promise.all([
      pooler.look(o),
      pooler.config(o),
      pooler.mayWrite(o),
    ]);
    const entries = pool.databases.map((name) => ({ name, target: poolTarget(config, name) }));
    return { pool, state, entries, fault: refusal };
  } catch (thrown) {
    o.signal.throwIfAborted();
    return { pool, state: null, entries: [], fault: toAppError(thrown).message };
  }
}
