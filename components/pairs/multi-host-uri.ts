/** The address of a server and its PostgreSQL port. */
export interface Endpoint {
  host: string;
  port: number;
}

/** IPv6 addresses need brackets where a port follows. */
const endpoint = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** A libpq URI that finds whichever server accepts writes; `DB` stands for the database. */
export function multiHostUri(endpoints: readonly Endpoint[]): string {
  return `postgresql://${endpoints.map(endpoint).join(',')}/DB?target_session_attrs=read-write`;
}
