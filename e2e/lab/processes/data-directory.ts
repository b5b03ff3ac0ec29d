import type { PrimaryOptions } from './primary-options.ts';
import { layTemplate, saveTemplate, templatePath } from './data-directory-template.ts';
import type { LabHost } from './lab-host.ts';
import { LAB_BIN_DIRECTORY, LAB_MAJOR, type LabPostgres, type LabPostgresLocation } from './lab-postgres.ts';
import { SHOP_ROLE, SHOP_VERSION, shopSql } from './shop-sql.ts';

/** Makes the empty directories of an instance, owned by `dba`. */
export async function prepareDirectories(host: LabHost, location: LabPostgresLocation): Promise<void> {
  const { dataDirectory, socketDirectory } = location;
  const logDirectory = location.logFile.slice(0, location.logFile.lastIndexOf('/'));
  const script = 'install -d -m 0755 "$1" "$2" && install -d -m 0700 "$3"';
  await host.require(['sh', '-c', script, 'sh', socketDirectory, logDirectory, dataDirectory]);
}

/**
 * Lays a stopped cluster into the data directory: a copy from the cache, or the first of its kind,
 * built here and kept. `identity` tells clusters apart: an equal one has an equal system identifier.
 */
export async function layCluster(
  postgres: LabPostgres,
  cacheDir: string,
  identity: string,
  o: PrimaryOptions,
): Promise<void> {
  const { host, location } = postgres;
  const shopDatabaseMb = o.shopDatabaseMb ?? 0;
  const checksums = o.dataChecksums ?? false;
  const properties = {
    major: LAB_MAJOR,
    identity,
    name: location.name,
    shopDatabaseMb,
    checksums,
    shop: SHOP_VERSION,
  };
  const template = templatePath(cacheDir, properties);
  if (await layTemplate(host, template, location.dataDirectory)) return;
  await buildCluster(postgres, shopDatabaseMb, checksums);
  await saveTemplate(host, location.dataDirectory, template);
}

async function buildCluster(
  postgres: LabPostgres,
  shopDatabaseMb: number,
  checksums: boolean,
): Promise<void> {
  const { host, location } = postgres;
  const { dataDirectory, logFile, port, socketDirectory } = location;
  await host.require([
    `${LAB_BIN_DIRECTORY}/initdb`,
    ...['-D', dataDirectory, '-N', '--locale=C.UTF-8', '-E', 'UTF8'],
    ...['--auth-local=peer', '--auth-host=scram-sha-256', ...(checksums ? ['-k'] : [])],
  ]);
  if (shopDatabaseMb === 0) return;
  // Little WAL is kept, or it would be copied each time; without fsync a checkpoint costs next to nothing.
  const settings = '-c fsync=off -c max_wal_size=64MB -c min_wal_size=32MB';
  const options = `${settings} -c listen_addresses= -c unix_socket_directories=${socketDirectory} -p ${port}`;
  const pgCtl = ['-D', dataDirectory, '-w', '-s', '-l', logFile, '-o', options, 'start'];
  await host.require([`${LAB_BIN_DIRECTORY}/pg_ctl`, ...pgCtl]);
  await postgres.sql('CREATE DATABASE shop');
  await postgres.sql(shopSql(shopDatabaseMb), 'shop');
  await postgres.stop();
}

/** Settings as a real server has them, and the application's way in. */
export async function writeConfiguration(postgres: LabPostgres, o: PrimaryOptions): Promise<void> {
  const { location } = postgres;
  const settings: Record<string, string> = {
    listen_addresses: '*',
    port: String(location.port),
    unix_socket_directories: location.socketDirectory,
    max_connections: '120',
    shared_buffers: '64MB',
    work_mem: '8MB',
    random_page_cost: '1.1',
    log_line_prefix: '%m [%p] %q%u@%d/%a ',
    log_min_duration_statement: '500ms',
    log_checkpoints: 'on',
    fsync: o.fsync === true ? 'on' : 'off',
    ...o.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  await append(postgres, 'postgresql.conf', `\n# The shop's own settings\n${lines.join('\n')}\n`);
  await append(
    postgres,
    'pg_hba.conf',
    `\n# The shop's application\nhost shop ${SHOP_ROLE} samenet scram-sha-256\n`,
  );
}

/** Adds text to a file of the data directory. */
export async function append(postgres: LabPostgres, file: string, text: string): Promise<void> {
  const { dataDirectory } = postgres.location;
  await postgres.host.require(['sh', '-c', 'umask 077; cat >> "$1/$2"', 'sh', dataDirectory, file], {
    input: text,
  });
}
