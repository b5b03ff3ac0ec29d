import { until } from '#e2e/lab/processes/until.ts';
import { loadPostgresImage, officialName } from './load-postgres-image.ts';
import type { ServerHost } from './server-host.ts';
import type { ServerLab } from './start-servers.ts';

const FOLDER = '/home/mgserver/mgserver';
export const GUIDE_SUPERUSER = 'mgr_user';
const PASSWORD = 'SicheresPasswort123!';
const SLOT = 'mgr_standby_slot';
const DATA = '/var/lib/postgresql/data';
export const GUIDE_PRIMARY = 'maschinengemeinschaft-db';
export const GUIDE_STANDBY = 'maschinengemeinschaft-db-standby';

/** As the guide has it, without its config_file, which names a file that nothing mounts. */
const PRIMARY_COMPOSE = (image: string, initdb: string) => `version: '3.8'
services:
  db:
    image: ${image}
    container_name: ${GUIDE_PRIMARY}
    restart: always
    environment:
      POSTGRES_DB: maschinengemeinschaft
      POSTGRES_USER: ${GUIDE_SUPERUSER}
      POSTGRES_PASSWORD: ${PASSWORD}
      POSTGRES_INITDB_ARGS: "${initdb}"
    volumes:
      - db_data:${DATA}
      - ./postgres-replication.conf:/etc/postgresql/conf.d/replication.conf:ro
      - ./pg_hba_replication.conf:/etc/postgresql/pg_hba.conf:ro
    ports:
      - "5432:5432"
    command: >
      postgres
      -c hba_file=/etc/postgresql/pg_hba.conf
      -c wal_level=replica
      -c max_wal_senders=5
      -c max_replication_slots=5
      -c hot_standby=on
volumes:
  db_data:
`;
const STANDBY_COMPOSE = (image: string, options: string) => `version: '3.8'
services:
  db:
    image: ${image}
    container_name: ${GUIDE_STANDBY}
    restart: always
    environment:
      POSTGRES_DB: maschinengemeinschaft
      POSTGRES_USER: ${GUIDE_SUPERUSER}
      POSTGRES_PASSWORD: ${PASSWORD}
    volumes:
      - ${DATA}:${DATA}
    ports:
      - "5432:5432"
    command: postgres ${options}
`;
/** The guide mounts it, and nothing includes it. */
const UNREAD = 'wal_keep_size = 1GB\n';
const OPEN = 'host    all             all             0.0.0.0/0               scram-sha-256\n';
/** The rule for everybody is a mistake of the guide's. */
const HBA = (everybody: string) => `local   all             all                                     trust
host    all             all             127.0.0.1/32            scram-sha-256
host    all             all             ::1/128                 scram-sha-256
${everybody}host    replication     replicator      0.0.0.0/0               scram-sha-256
`;

/** A server in a container of a practice host. */
export interface ContainerPostgres {
  host: ServerHost;
  container: string;
  sql(text: string, database?: string): Promise<string>;
  docker(...args: string[]): Promise<string>;
  compose(...args: string[]): Promise<void>;
}

/**
 * The pair that the manual guide ends with, made by its commands. Both servers run and stream. `mended` =
 * without three of the guide's mistakes: checksums are on, the standby has the primary's limits, and pg_hba.conf
 * is not open to everybody.
 */
export async function createGuidePair(
  lab: ServerLab,
  o: { mended?: boolean } = {},
): Promise<{ primary: ContainerPostgres; standby: ContainerPostgres }> {
  const standby = containerOn(lab.host('db2'), GUIDE_STANDBY, 'docker-compose-standby.yml');
  await loadPostgresImage(lab.engine, [lab.host('db1'), standby.host]);
  const image = officialName(standby.host.suite);
  const primary = await startPrimary(lab.host('db1'), o);
  await primary.sql(`CREATE USER replicator WITH REPLICATION ENCRYPTED PASSWORD '${PASSWORD}'`);
  await primary.sql(`SELECT pg_create_physical_replication_slot('${SLOT}')`);
  await standby.host.require(['sh', '-c', `mkdir -p ${DATA} && chown 999:999 ${DATA} && chmod 700 ${DATA}`]);
  await standby.docker(
    'run', '--rm', '--network', 'host', '-u', '999', '-e', `PGPASSWORD=${PASSWORD}`, '-v', `${DATA}:${DATA}`,
    image, 'pg_basebackup', '-h', primary.host.address, '-p', '5432', '-U', 'replicator', '-D', DATA,
    '-Fp', '-Xs', '-R', '-c', 'fast', '-S', SLOT,
  ); // prettier-ignore
  const limits = o.mended === true ? '-c max_wal_senders=5 -c max_replication_slots=5' : '';
  await standby.host.writeFile(`${FOLDER}/docker-compose-standby.yml`, STANDBY_COMPOSE(image, limits));
  await standby.compose('up', '-d');
  const streaming = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
  await until('the standby streams', async () => (await primary.sql(streaming)) === '1');
  return { primary, standby };
}

/** The guide's primary alone, mended unless told otherwise; `rules` = more lines of its pg_hba.conf then. */
export async function createGuidePrimary(
  lab: ServerLab,
  { on = 'db1', mended = true, rules = '' }: { on?: string; mended?: boolean; rules?: string } = {},
): Promise<ContainerPostgres> {
  await loadPostgresImage(lab.engine, [lab.host(on)]);
  return startPrimary(lab.host(on), { mended, rules });
}

/** A container like the guide's primary, on another host. */
export const likeGuidePrimary = (host: ServerHost): ContainerPostgres =>
  containerOn(host, GUIDE_PRIMARY, 'docker-compose-primary.yml');

async function startPrimary(
  host: ServerHost,
  { mended, rules = '' }: { mended?: boolean; rules?: string },
): Promise<ContainerPostgres> {
  const primary = likeGuidePrimary(host);
  const compose = PRIMARY_COMPOSE(officialName(host.suite), mended === true ? '--data-checksums' : '');
  await primary.host.writeFile(`${FOLDER}/docker-compose-primary.yml`, compose);
  await primary.host.writeFile(`${FOLDER}/postgres-replication.conf`, UNREAD);
  await primary.host.writeFile(`${FOLDER}/pg_hba_replication.conf`, HBA(mended === true ? rules : OPEN));
  await primary.compose('up', '-d');
  // The server that makes the cluster listens on no address.
  const ready = ['docker', 'exec', GUIDE_PRIMARY, 'pg_isready', '-q', '-h', '127.0.0.1'] as const;
  const isReady = async () => (await primary.host.run(ready)).exitCode === 0;
  await until('the primary is there', isReady, { timeoutMs: 90_000 });
  return primary;
}

function containerOn(host: ServerHost, container: string, file: string): ContainerPostgres {
  const docker = async (...args: string[]) =>
    (await host.require(['docker', ...args], { timeoutMs: 120_000 })).stdout.trim();
  const psql = ['psql', '-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-U', GUIDE_SUPERUSER];
  return {
    host,
    container,
    docker,
    sql: async (text, database = 'postgres') => {
      // From standard input each statement is one of its own, as on other practice servers.
      const argv = ['docker', 'exec', '-i', container, ...psql, '-d', database] as const;
      return (await host.require(argv, { input: text, timeoutMs: 120_000 })).stdout.trim();
    },
    compose: async (...args) => {
      await host.require([...host.suite.compose, '-f', `${FOLDER}/${file}`, ...args], { timeoutMs: 120_000 });
    },
  };
}
