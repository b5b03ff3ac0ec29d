/** How applications reach the primary. */
export const ROUTE_KINDS = ['direct', 'pgbouncer', 'haproxy', 'dns', 'multi-host'] as const;
export type RouteKind = (typeof ROUTE_KINDS)[number];

/** More than these would be probed longer than a look may take. */
export const ROUTES_PER_PAIR = 10;

/** Who logs in to find out where a route leads; the password is a stored secret. */
export interface RouteLogin {
  user: string;
  database: string;
  secretId: string;
}

interface RouteBase {
  id: string;
  name: string;
  /** The server from which the route is tried, through its SSH connection; null = from Tandem's own machine. */
  probeServerId: string | null;
  /** Null = the pair's monitoring role is tried. */
  login: RouteLogin | null;
}

/** One address. A DNS name points at a node itself; direct and HAProxy addresses lead to one. */
export interface AddressRoute extends RouteBase {
  kind: 'direct' | 'haproxy' | 'dns';
  host: string;
  port: number;
}

/** A libpq URI with several hosts; the client takes the first that accepts writes. */
export interface MultiHostRoute extends RouteBase {
  kind: 'multi-host';
  uri: string;
}

/** A PgBouncer that Tandem can pause and point elsewhere. */
export interface PgbouncerRoute extends RouteBase {
  kind: 'pgbouncer';
  /** Where clients connect. */
  host: string;
  port: number;
  /** The server that it runs on. */
  serverId: string;
  /** Its admin console, reached on that server itself. */
  console: {
    /** Null = 127.0.0.1. */
    socketDirectory: string | null;
    port: number;
    user: string;
    /** Null = the socket's peer is trusted. */
    secretId: string | null;
  };
  /** Names that clients use, listed in the `[databases]` section of its configuration. */
  databases: string[];
  configPath: string;
}

export type ClientRoute = AddressRoute | MultiHostRoute | PgbouncerRoute;

/** A route as a run holds it: with the names that it needs, decided when the plan was made. */
export type PinnedPool = PgbouncerRoute & { serverName: string; loginUser: string };
export type PinnedRoute = AddressRoute | MultiHostRoute | PinnedPool;

/** The pools among the routes. */
export function poolsOf<R extends ClientRoute>(routes: readonly R[]): Extract<R, { kind: 'pgbouncer' }>[] {
  const isPool = (route: R): route is Extract<R, { kind: 'pgbouncer' }> => route.kind === 'pgbouncer';
  return routes.filter(isPool);
}

/** Stored secrets that a route uses. */
export function routeSecrets(route: ClientRoute): string[] {
  const ids = [route.login?.secretId, route.kind === 'pgbouncer' ? route.console.secretId : null];
  return ids.filter((id) => id !== null && id !== undefined);
}

/** Where clients connect, for people; a URI holds no password. */
export function routeAddress(route: ClientRoute): string {
  if (route.kind === 'multi-host') return route.uri;
  return `${route.host.includes(':') ? `[${route.host}]` : route.host}:${route.port}`;
}
