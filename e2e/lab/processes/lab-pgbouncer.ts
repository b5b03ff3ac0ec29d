import type { LabHost } from './lab-host.ts';
import type { LabPostgres } from './lab-postgres.ts';
import { SHOP_PASSWORD, SHOP_ROLE } from './shop-sql.ts';
import { until } from './until.ts';

export const CONSOLE_USER = 'console_admin';
export const CONSOLE_PASSWORD = 'practice-console';
const DIRECTORY = '/srv/pgbouncer';

/** Debian's PgBouncer on a practice host, in transaction mode, run by `dba`. */
export class LabPgbouncer {
  readonly host: LabHost;
  readonly port = 6432;
  readonly configPath = `${DIRECTORY}/pgbouncer.ini`;

  constructor(host: LabHost) {
    this.host = host;
  }

  /** Starts it with the database `shop` on that server. */
  async start(primary: LabPostgres): Promise<void> {
    await this.host.require(['install', '-d', '-o', 'dba', '-g', 'dba', '-m', '0750', DIRECTORY], {
      as: 'root',
    });
    await this.#write(
      'users.txt',
      `"${SHOP_ROLE}" "${SHOP_PASSWORD}"\n"${CONSOLE_USER}" "${CONSOLE_PASSWORD}"\n`,
    );
    await this.#write('pgbouncer.ini', configuration(primary, this.port));
    await this.host.require(['/usr/sbin/pgbouncer', '-q', '-d', this.configPath]);
    await until('PgBouncer listens', async () => (await this.#console('SHOW VERSION')).includes('PgBouncer'));
  }

  /** Leads it elsewhere by hand, as an admin would. */
  async lead(to: LabPostgres): Promise<void> {
    await this.#write('pgbouncer.ini', configuration(to, this.port));
    await this.#console('RELOAD');
  }

  config(): Promise<string> {
    return this.#cat('pgbouncer.ini');
  }

  async #cat(name: string): Promise<string> {
    return (await this.host.require(['cat', `${DIRECTORY}/${name}`])).stdout;
  }

  /** Names of the files beside the configuration. */
  async files(): Promise<string[]> {
    const { stdout } = await this.host.require(['ls', DIRECTORY]);
    return stdout.split('\n').filter((name) => name !== '');
  }

  async isPaused(): Promise<boolean> {
    const rows = await this.#console('SHOW DATABASES');
    const shop = rows.split('\n').find((row) => row.startsWith('shop|'));
    return shop?.split('|').at(-2) === '1';
  }

  async #console(command: string): Promise<string> {
    const where = `host=127.0.0.1 port=${this.port} user=${CONSOLE_USER} dbname=pgbouncer password=${CONSOLE_PASSWORD}`;
    return (await this.host.run(['psql', '-X', '-A', '-t', '-d', where, '-c', command])).stdout;
  }

  async #write(name: string, text: string): Promise<void> {
    await this.host.require(['sh', '-c', 'umask 027; cat > "$1"', 'sh', `${DIRECTORY}/${name}`], {
      input: text,
    });
  }
}

function configuration(primary: LabPostgres, port: number): string {
  return `[databases]
shop = host=${primary.host.address} port=${primary.location.port} dbname=shop

[pgbouncer]
listen_addr = *
listen_port = ${port}
unix_socket_dir = ${DIRECTORY}
auth_type = scram-sha-256
auth_file = ${DIRECTORY}/users.txt
admin_users = ${CONSOLE_USER}
pool_mode = transaction
server_tls_sslmode = disable
logfile = ${DIRECTORY}/pgbouncer.log
pidfile = ${DIRECTORY}/pgbouncer.pid
`;
}
