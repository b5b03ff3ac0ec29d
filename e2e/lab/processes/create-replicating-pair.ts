import type { PrimaryOptions } from './primary-options.ts';
import { append, layCluster, prepareDirectories, writeConfiguration } from './data-directory.ts';
import type { LabHost } from './lab-host.ts';
import { LabPostgres, labLocation } from './lab-postgres.ts';
import { until } from './until.ts';

const REPLICATION_PASSWORD = 'practice-replication';

export interface LabPair {
  primary: LabPostgres;
  standby: LabPostgres;
}

/**
 * A pair that somebody set up by hand long before Tandem: streaming, with a slot, ready for a rewind.
 * Both nodes begin as copies of one stopped cluster, which is as good as a base backup and quicker.
 */
export async function createReplicatingPair(
  primaryHost: LabHost,
  standbyHost: LabHost,
  cacheDir: string,
  o: PrimaryOptions = {},
): Promise<LabPair> {
  const options: PrimaryOptions = {
    ...o,
    settings: { wal_log_hints: 'on', wal_keep_size: '256MB', hot_standby: 'on', ...o.settings },
  };
  const node = (host: LabHost) => new LabPostgres(host, labLocation(host, o.name ?? 'shop', o.port));
  const primary = node(primaryHost);
  const standby = node(standbyHost);
  await prepareNode(primary, cacheDir, primaryHost.name, options);
  const slot = standbyHost.name.replaceAll('-', '_');
  await Promise.all([startPrimary(primary, slot), prepareNode(standby, cacheDir, primaryHost.name, options)]);
  const conninfo = `host=${primaryHost.address} port=${primary.location.port} user=replicator application_name=${standbyHost.name}`;
  await append(
    standby,
    'postgresql.auto.conf',
    `primary_conninfo = '${conninfo}'\nprimary_slot_name = '${slot}'\n`,
  );
  await append(standby, 'standby.signal', '');
  await standby.start();
  const streaming = "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'";
  await until('the standby streams', async () => (await primary.sql(streaming)) === '1');
  return { primary, standby };
}

async function prepareNode(
  node: LabPostgres,
  cacheDir: string,
  identity: string,
  o: PrimaryOptions,
): Promise<void> {
  await prepareDirectories(node.host, node.location);
  await layCluster(node, cacheDir, identity, o);
  await writeConfiguration(node, o);
  await append(node, 'pg_hba.conf', 'host replication replicator samenet scram-sha-256\n');
  const passfile = `*:*:replication:replicator:${REPLICATION_PASSWORD}\n`;
  await node.host.require(['sh', '-c', 'umask 077; cat > "$HOME/.pgpass"'], { input: passfile });
}

async function startPrimary(primary: LabPostgres, slot: string): Promise<void> {
  await primary.start();
  await primary.sql(`
    CREATE ROLE replicator LOGIN REPLICATION PASSWORD '${REPLICATION_PASSWORD}';
    SELECT pg_create_physical_replication_slot('${slot}', true);`);
}
