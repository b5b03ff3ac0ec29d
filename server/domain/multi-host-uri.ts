import { invalidField } from './invalid-field.ts';

/** The address of a server and its PostgreSQL port. */
export interface Endpoint {
  host: string;
  port: number;
}

export interface MultiHost {
  endpoints: Endpoint[];
  database: string | null;
  user: string | null;
}

const DEFAULT_PORT = 5432;
const URI = /^postgres(?:ql)?:\/\/(?:([^/@]*)@)?([^/?@]+)(?:\/([^?]*))?(?:\?(.*))?$/;
const ENDPOINT = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?))(?::(\d{1,5}))?$/;

/**
 * A libpq URI with several hosts (PostgreSQL manual, "Connection URIs"). Throws INVALID_INPUT that says
 * what to write; a password in it is refused, because the URI is shown.
 */
export function parseMultiHost(uri: string): MultiHost {
  const match = URI.exec(uri.trim());
  if (match === null)
    throw invalidField('uri', 'not a postgresql:// URI', 'Write postgresql://host1:5432,host2:5432/db?…');
  const [, login = '', hosts = '', database = '', query = ''] = match;
  const options = new URLSearchParams(query);
  if (login.includes(':') || options.has('password'))
    throw invalidField(
      'uri',
      'it holds a password',
      'Leave the password out: give it as the login of the route.',
    );
  const endpoints = hosts.split(',').map(parseEndpoint);
  if (!['read-write', 'primary'].includes(options.get('target_session_attrs') ?? ''))
    throw invalidField(
      'uri',
      'clients would take the first host, whatever its role',
      'Add ?target_session_attrs=read-write, which finds the primary.',
    );
  return {
    endpoints,
    database: database === '' ? null : decode(database),
    user: login === '' ? null : decode(login),
  };
}

function parseEndpoint(text: string): { host: string; port: number } {
  const match = ENDPOINT.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw invalidField(
    'uri',
    `${JSON.stringify(text)} is no host with a port`,
    'Separate hosts with commas: host1:5432,host2:5432.',
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidField(
      'uri',
      'a % in it is not followed by two hexadecimal digits',
      'Write % itself as %25.',
    );
  }
}

/** IPv6 addresses need brackets where a port follows. */
const endpoint = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** A libpq URI that finds whichever server accepts writes; `DB` stands for the database. */
export function multiHostUri(endpoints: readonly Endpoint[]): string {
  return `postgresql://${endpoints.map(endpoint).join(',')}/DB?target_session_attrs=read-write`;
}
