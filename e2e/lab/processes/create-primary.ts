import {
  LAB_BIN_DIRECTORY,
  LAB_MAJOR,
  LabPostgres,
  labLocation,
  type LabPostgresLocation,
} from './lab-postgres.ts';
import { layTemplate, saveTemplate, templatePath } from './data-directory-template.ts';
import type { LabHost } from './lab-host.ts';
import { SHOP_ROLE, SHOP_VERSION, shopSql } from './shop-sql.ts';

export interface PrimaryOptions {
  /** Name of the instance on its host; default `shop`. */
  name?: string;
  port?: number;
  /** Size of the practice shop; 0 = the server is empty. */
  shopDatabaseMb?: number;
  /** More lines for postgresql.conf; they win over the lab's. */
  settings?: Readonly<Record<string, string>>;
  /** Practice data needs no durability; switch on for ledger tests and benchmarks. */
  fsync?: boolean;
  dataChecksums?: boolean;
}

/** A running primary with settings as a real one has them. The first one of its kind is built, later ones are copied. */
export async function createPrimary(
  host: LabHost,
  cacheDir: string,
  o: PrimaryOptions = {},
): Promise<LabPostgres> {
  const location = labLocation(o.name ?? 'shop', o.port);
  const postgres = new LabPostgres(host, location);
  const shopDatabaseMb = o.shopDatabaseMb ?? 0;
  await prepareDirectories(host, location);
  const template = templatePath(cacheDir, {
    major: LAB_MAJOR,
    host: host.name,
    name: location.name,
    shopDatabaseMb,
    checksums: o.dataChecksums ?? false,
    shop: SHOP_VERSION,
  });
  if (!(await layTemplate(host, template, location.dataDirectory))) {
    await buildCluster(postgres, shopDatabaseMb, o.dataChecksums ?? false);
    await saveTemplate(host, location.dataDirectory, template);
  }
  await writeConfiguration(postgres, o);
  await postgres.start();
  return postgres;
}

/** Makes the empty directories of an instance, owned by `dba`. */
export async function prepareDirectories(host: LabHost, location: LabPostgresLocation): Promise<void> {
  const { dataDirectory, socketDirectory } = location;
  const logDirectory = location.logFile.slice(0, location.logFile.lastIndexOf('/'));
  await host.require(
    [
      'install',
      '-d',
      '-o',
      'dba',
      '-g',
      'dba',
      '-m',
      '0755',
      '/srv/postgres',
      `/srv/postgres/${location.name}`,
    ],
    { as: 'root' },
  );
  await host.require(['install', '-d', '-m', '0755', socketDirectory, logDirectory]);
  await host.require(['install', '-d', '-m', '0700', dataDirectory]);
}

async function buildCluster(
  postgres: LabPostgres,
  shopDatabaseMb: number,
  checksums: boolean,
): Promise<void> {
  const { host, location } = postgres;
  await host.require([
    `${LAB_BIN_DIRECTORY}/initdb`, '-D', location.dataDirectory, '-N', '--locale=C.UTF-8', '-E', 'UTF8',
    '--auth-local=peer', '--auth-host=scram-sha-256', ...(checksums ? ['-k'] : []),
  ]); // prettier-ignore
  if (shopDatabaseMb === 0) return;
  const options = `-c fsync=off -c max_wal_size=4GB -c listen_addresses= -c unix_socket_directories=${location.socketDirectory} -p ${location.port}`;
  await host.require([
    `${LAB_BIN_DIRECTORY}/pg_ctl`,
    '-D',
    location.dataDirectory,
    '-w',
    '-s',
    '-l',
    location.logFile,
    '-o',
    options,
    'start',
  ]);
  await postgres.sql('CREATE DATABASE shop');
  await postgres.sql(shopSql(shopDatabaseMb), 'shop');
  await postgres.sql('CHECKPOINT');
  await postgres.stop();
}

async function writeConfiguration(postgres: LabPostgres, o: PrimaryOptions): Promise<void> {
  const { host, location } = postgres;
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
  const append = 'cat >> "$1/$2"';
  await host.require(['sh', '-c', append, 'sh', location.dataDirectory, 'postgresql.conf'], {
    input: `\n# The shop's own settings\n${lines.join('\n')}\n`,
  });
  const hba = `\n# The shop's application\nhost shop ${SHOP_ROLE} samenet scram-sha-256\n`;
  await host.require(['sh', '-c', append, 'sh', location.dataDirectory, 'pg_hba.conf'], { input: hba });
}
