import { SHOP_ROLE, shopSql } from '#e2e/lab/processes/shop-sql.ts';
import type { ServerHost } from './server-host.ts';
import { ServerPostgres, type ServerPostgresLocation } from './server-postgres.ts';

export interface ServerPostgresOptions {
  port?: number;
  /** More lines for postgresql.conf; they win. */
  settings?: Readonly<Record<string, string>>;
  /** For initdb; default C.UTF-8. */
  locale?: string;
}

const INITDB = ['--auth-local=peer', '--auth-host=scram-sha-256', '-E', 'UTF8'];

/** A stopped cluster of postgresql-common, as `pg_createcluster` lays it: `15/main` on Debian 12, configuration in /etc. */
export async function createCluster(
  host: ServerHost,
  name = `${host.suite.postgresMajor}/main`,
  o: ServerPostgresOptions = {},
): Promise<ServerPostgres> {
  const [version = '', cluster = ''] = name.split('/');
  const port = o.port ?? 5432;
  const options = ['--port', String(port), '--locale', o.locale ?? 'C.UTF-8', version, cluster];
  await host.require(['pg_createcluster', ...options, '--', ...INITDB]);
  await host.require(['systemctl', 'daemon-reload']);
  const configDirectory = `/etc/postgresql/${name}`;
  const location = {
    name,
    unit: `postgresql@${version}-${cluster}.service`,
    port,
    dataDirectory: `/var/lib/postgresql/${name}`,
    configDirectory,
  };
  await configure(host, location, `${configDirectory}/conf.d/practice.conf`, o);
  return new ServerPostgres(host, location);
}

/** A stopped server as each kind is laid by default; the unit restarts at once. */
export const CREATE_SERVER: Record<'debian' | 'systemd', (host: ServerHost) => Promise<ServerPostgres>> = {
  debian: (host) => createCluster(host),
  systemd: (host) => createUnit(host, { restart: 'always' }),
};

export interface UnitOptions extends ServerPostgresOptions {
  /** Default as for the host’s major version: `postgresql-15.service`. */
  name?: string;
  /** Default /var/lib/pgsql/15/data. */
  dataDirectory?: string;
  /** `Restart=` of the unit, default none; RestartSec= is 0 with `always`: at once. */
  restart?: 'no' | 'always';
}

/** A stopped server with a systemd unit of its own, as PGDG's packages for Red Hat lay it, enabled at boot. */
export async function createUnit(host: ServerHost, o: UnitOptions = {}): Promise<ServerPostgres> {
  const major = host.suite.postgresMajor;
  const { name = `postgresql-${major}.service`, restart = 'no' } = o;
  const { dataDirectory = `/var/lib/pgsql/${major}/data` } = o;
  const location = { name, unit: name, port: o.port ?? 5432, dataDirectory, configDirectory: dataDirectory };
  const make = 'install -d -o postgres -g postgres -m 700 "${1%/*}" "$1"';
  await host.require(['sh', '-c', make, 'sh', dataDirectory]);
  const initdb = [`${host.binDirectory}/initdb`, '-D', dataDirectory, '-N'] as const;
  await host.require([...initdb, '--locale', o.locale ?? 'C.UTF-8', ...INITDB], { as: 'postgres' });
  const unit = [
    '[Unit]',
    `Description=PostgreSQL ${major} database server`,
    'After=network-online.target',
    '[Service]',
    'Type=notify',
    'User=postgres',
    'Group=postgres',
    `Environment=PGDATA=${dataDirectory}/`,
    `ExecStart=${host.binDirectory}/postgres -D \${PGDATA}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    'KillMode=mixed',
    'KillSignal=SIGINT',
    'TimeoutSec=0',
    ...(restart === 'no' ? [] : [`Restart=${restart}`, 'RestartSec=0']),
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ];
  await host.writeFile(`/etc/systemd/system/${name}`, unit.join('\n'));
  await host.require(['systemctl', 'daemon-reload']);
  await host.require(['systemctl', 'enable', '-q', name]);
  await configure(host, location, `${dataDirectory}/postgresql.conf`, o);
  return new ServerPostgres(host, location);
}

/** Settings as a real server has them, and the application's way in. */
async function configure(
  host: ServerHost,
  location: ServerPostgresLocation,
  file: string,
  o: ServerPostgresOptions,
): Promise<void> {
  const settings: Record<string, string> = {
    listen_addresses: '*',
    port: String(location.port),
    shared_buffers: '32MB',
    log_line_prefix: '%m [%p] %q%u@%d/%a ',
    ...o.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  await append(host, file, `\n${lines.join('\n')}\n`);
  await append(
    host,
    `${location.configDirectory}/pg_hba.conf`,
    `host shop ${SHOP_ROLE} samenet scram-sha-256\n`,
  );
}

/** Adds text to a file of `postgres`. */
export async function append(host: ServerHost, file: string, text: string): Promise<void> {
  const script = 'umask 077; cat >> "$1"';
  await host.require(['sh', '-c', script, 'sh', file], { as: 'postgres', input: text });
}

/** Creates and fills the practice shop on a running primary. */
export async function createShop(
  primary: { sql(text: string, database?: string): Promise<string> },
  sizeMb = 5,
): Promise<void> {
  await primary.sql('CREATE DATABASE shop');
  await primary.sql(shopSql(sizeMb), 'shop');
}
