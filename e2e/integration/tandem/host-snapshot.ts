import type { LabHost } from '#e2e/lab/processes/lab-host.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';

/** Everything of a host that an undone operation must have left as it was. */
export interface HostSnapshot {
  /** Kind, mode, owner, group and path of everything below the folder. */
  files: string[];
  /** Checksums of every file that PostgreSQL itself does not write. */
  contents: string[];
  servers: Record<string, ServerSnapshot>;
}

interface ServerSnapshot {
  alive: boolean;
  settings: string;
  roles: string;
  memberships: string;
  slots: string;
  comments: string;
  functionRights: string;
}

/** What a running server makes and removes by itself, inside a data directory. */
const SERVERS_OWN =
  '(base|global|log|pg_wal|pg_xact|pg_subtrans|pg_multixact|pg_commit_ts|pg_notify|pg_serial|pg_snapshots|pg_stat|pg_stat_tmp|pg_logical)/';

const LIST = String.raw`find "$1" -regextype posix-extended -not -regex ".*/data/$2.*" -not -name '*.log' -printf '%y %m %u:%g %p\n' | LC_ALL=C sort`;
const SUMS = String.raw`find "$1" -regextype posix-extended -type f -not -regex ".*/data/$2.*" -not -name '*.log' -not -name 'postmaster.*' -not -name '.s.PGSQL.*' -print0 | xargs -0 -r sha256sum | LC_ALL=C sort -k2`;

/** Looks at a folder of a host and at the servers that run on it. */
export async function snapshotHost(
  host: LabHost,
  folder: string,
  servers: readonly LabPostgres[],
): Promise<HostSnapshot> {
  const lines = async (script: string): Promise<string[]> =>
    (await host.require(['sh', '-c', script, 'sh', folder, SERVERS_OWN], { as: 'root' })).stdout.split('\n');
  const known: Record<string, ServerSnapshot> = {};
  for (const server of servers) known[server.name] = await snapshotServer(server);
  return { files: await lines(LIST), contents: await lines(SUMS), servers: known };
}

async function snapshotServer(server: LabPostgres): Promise<ServerSnapshot> {
  return {
    alive: await server.isAlive(),
    settings: await server.sql(
      "SELECT name, setting, source, sourcefile, pending_restart FROM pg_settings WHERE source <> 'default' ORDER BY 1",
    ),
    roles: await server.sql('SELECT to_jsonb(a) FROM pg_authid a ORDER BY rolname'),
    memberships: await server.sql('SELECT to_jsonb(m) FROM pg_auth_members m ORDER BY roleid, member'),
    slots: await server.sql('SELECT slot_name, slot_type FROM pg_replication_slots ORDER BY 1'),
    comments: await server.sql('SELECT to_jsonb(d) FROM pg_shdescription d ORDER BY classoid, objoid'),
    functionRights: await server.sql(
      'SELECT oid::regprocedure, proacl FROM pg_proc WHERE proacl IS NOT NULL ORDER BY 1',
    ),
  };
}
