import { routeSecrets, type ClientRoute, type PinnedRoute } from '#server/domain/client-route.ts';
import type { PairRoutes } from '#server/ports/client-routes.ts';
import { createPairColumn } from './pair-column.ts';
import type { Prisma } from './prisma-client.ts';

/** The column's value: written by this store only, so its shape is what was put in. */
const routesOf = (column: unknown): ClientRoute[] => column as ClientRoute[];

/** Client routes in the control database. */
export const createPairRoutes = (prisma: Prisma): PairRoutes => createPairColumn(prisma, 'routes', routesOf);

/** With the names of their servers; servers that a pool names stay in the inventory. */
export function pinRoutes(
  column: unknown,
  servers: ReadonlyMap<string, { name: string; username: string }>,
): PinnedRoute[] {
  return routesOf(column).flatMap((route): PinnedRoute[] => {
    if (route.kind !== 'pgbouncer') return [route];
    const server = servers.get(route.serverId);
    return server === undefined ? [] : [{ ...route, serverName: server.name, loginUser: server.username }];
  });
}

/** Names of the pairs with a route that needs this server. */
export async function pairsWithRoutesOn(
  prisma: Pick<Prisma, '$queryRaw'>,
  serverId: string,
): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    select name from pair where exists (
      select from jsonb_array_elements(routes) as route
      where ${serverId} in (route ->> 'serverId', route ->> 'probeServerId'))
    order by name`;
  return rows.map((row) => row.name);
}

/** Stored secrets of all routes of a pair. */
export const secretsOfRoutes = (column: unknown): string[] => routesOf(column).flatMap(routeSecrets);
