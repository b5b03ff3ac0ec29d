import { ROUTES_PER_PAIR, type ClientRoute, type PgbouncerRoute } from './client-route.ts';
import { invalidField, refusedField } from './invalid-field.ts';
import { parseMultiHost } from './multi-host-uri.ts';

const MAX_NAME = 60;
const MAX_DATABASES = 20;
const HOST = /^[A-Za-z0-9]([A-Za-z0-9._:-]{0,252}[A-Za-z0-9])?$|^::1$/;
/** PostgreSQL's names have at most 63 bytes; PgBouncer's console quotes everything visible. */
const IDENTIFIER = /^[^\p{C}"]{1,63}$/u;
const PATH = /^\/[^\p{C}]{1,500}$/u;

/** Throws INVALID_INPUT, naming the field and what to do, for a route that could not be tried. */
export function requireRoute(route: ClientRoute): void {
  if (route.name.trim() === '' || route.name.length > MAX_NAME || /\p{C}/u.test(route.name))
    throw invalidField('name', `1 to ${MAX_NAME} characters in one line`, 'Say in a few words who uses it.');
  if (route.kind === 'multi-host') parseMultiHost(route.uri);
  else requireAddress(route.host, route.port);
  if (route.login !== null) {
    requireIdentifier('login.user', route.login.user);
    requireIdentifier('login.database', route.login.database);
  }
  if (route.kind === 'pgbouncer') requirePool(route);
}

/** The first field that `requireRoute` refuses; null = none. */
export const wrongFieldOfRoute = (route: ClientRoute): string | null =>
  refusedField(() => requireRoute(route));

/** Throws INVALID_INPUT when the route does not go together with the pair's others. */
export function requireRouteFits(route: ClientRoute, others: readonly ClientRoute[]): void {
  if (others.some((each) => each.name === route.name))
    throw invalidField('name', `there is a route "${route.name}" already`, 'Choose another name.');
  if (others.length >= ROUTES_PER_PAIR)
    throw invalidField(
      'name',
      `a pair has at most ${ROUTES_PER_PAIR} routes`,
      'Remove one that nobody uses.',
    );
}

function requireAddress(host: string, port: number): void {
  if (!HOST.test(host))
    throw invalidField('host', 'not a host name or address', 'Give the address that clients connect to.');
  requirePort('port', port);
}

function requirePort(field: string, port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw invalidField(field, 'a whole number from 1 to 65535', 'PgBouncer usually listens on 6432.');
}

function requirePool({ serverId, console: at, databases, configPath }: PgbouncerRoute): void {
  if (serverId === '')
    throw invalidField('serverId', 'no server', 'Choose the server that PgBouncer runs on.');
  requirePort('console.port', at.port);
  requireIdentifier('console.user', at.user);
  if (at.socketDirectory !== null && !PATH.test(at.socketDirectory))
    throw invalidField(
      'console.socketDirectory',
      'not an absolute path',
      'It is unix_socket_dir in the configuration, such as /var/run/postgresql.',
    );
  if (databases.length === 0 || databases.length > MAX_DATABASES)
    throw invalidField(
      'databases',
      `1 to ${MAX_DATABASES} names`,
      'Name the databases as they are listed in the section [databases].',
    );
  for (const database of databases) requireIdentifier('databases', database);
  if (new Set(databases).size < databases.length)
    throw invalidField('databases', 'a name is given twice', 'Name each database once.');
  if (databases.includes('pgbouncer'))
    throw invalidField('databases', 'pgbouncer is its console', 'Name the databases that applications use.');
  if (!PATH.test(configPath) || configPath.endsWith('/'))
    throw invalidField(
      'configPath',
      'not the absolute path of a file',
      'Debian keeps it at /etc/pgbouncer/pgbouncer.ini.',
    );
}

function requireIdentifier(field: string, value: string): void {
  if (!IDENTIFIER.test(value))
    throw invalidField(field, '1 to 63 visible characters without quotation marks', 'Check the spelling.');
}
