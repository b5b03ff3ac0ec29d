import type { RouteOutcome, RouteSighting } from '#server/domain/route-sighting.ts';
import type { RouteView } from '#server/services/services.ts';
import { iso } from '../units.ts';

/** Where a route leads. */
function leadsToJson(s: RouteSighting) {
  return {
    state: s.state,
    server: s.serverName,
    acceptsWrites: s.acceptsWrites,
    detail: s.detail,
    ttlSeconds: s.ttlSeconds,
  };
}

/** A client route as `route list` prints it with --json; `leadsTo` is null when nobody looked. */
export function routeJson(route: RouteView, sighting: RouteSighting | null) {
  const pool = route.kind === 'pgbouncer' ? route : null;
  const address =
    route.kind === 'multi-host'
      ? route.uri
      : `${route.host.includes(':') ? `[${route.host}]` : route.host}:${route.port}`;
  return {
    id: route.id,
    name: route.name,
    kind: route.kind,
    address,
    triedFrom: route.probeServerName,
    login: route.login,
    server: pool?.serverName ?? null,
    databases: pool?.databases ?? null,
    config: pool?.configPath ?? null,
    console: pool === null ? null : { ...pool.console, hasPassword: route.hasConsolePassword },
    leadsTo: sighting === null ? null : leadsToJson(sighting),
  };
}

/** Where clients arrived behind a change; null = no route, or not looked at. */
export function routesJson(outcome: RouteOutcome | null) {
  if (outcome === null) return null;
  return {
    newPrimary: outcome.newPrimary,
    seenAt: iso(outcome.seenAtMs),
    routes: outcome.routes.map((s) => ({
      name: s.name,
      kind: s.kind,
      address: s.address,
      ...leadsToJson(s),
    })),
  };
}
