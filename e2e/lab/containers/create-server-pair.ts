import { until } from '#e2e/lab/processes/until.ts';
import { append, createShop } from './create-server-postgres.ts';
import type { ServerPostgres } from './server-postgres.ts';

const REPLICATION_PASSWORD = 'practice-replication';
const SETTINGS = "wal_log_hints = 'on'\nwal_keep_size = '256MB'\n";

export interface ServerPair {
  primary: ServerPostgres;
  standby: ServerPostgres;
}

/**
 * Makes two stopped, equal servers a pair that streams, as somebody does by hand: replication role, base
 * backup, passfile, slot. Both run afterwards; the shop is on the primary.
 */
export async function replicateByHand(primary: ServerPostgres, standby: ServerPostgres): Promise<ServerPair> {
  for (const node of [primary, standby]) {
    const passfile = `*:*:replication:replicator:${REPLICATION_PASSWORD}\n`;
    await node.host.writeFile('/var/lib/postgresql/.pgpass', passfile, { mode: '600', owner: 'postgres' });
    const { configDirectory } = node.location;
    const rule = 'host replication replicator samenet scram-sha-256\n';
    await append(node.host, `${configDirectory}/pg_hba.conf`, rule);
    await append(node.host, `${configDirectory}/postgresql.conf`, SETTINGS);
  }
  await primary.start();
  const slot = standby.host.name.replaceAll('-', '_');
  await primary.sql(`CREATE ROLE replicator LOGIN REPLICATION PASSWORD '${REPLICATION_PASSWORD}';
    SELECT pg_create_physical_replication_slot('${slot}', true);`);
  await createShop(primary);
  await copyOver(primary, standby, slot);
  await standby.start();
  const streaming = "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'";
  await until('the standby streams', async () => (await primary.sql(streaming)) === '1');
  return { primary, standby };
}

async function copyOver(primary: ServerPostgres, standby: ServerPostgres, slot: string): Promise<void> {
  const { dataDirectory } = standby.location;
  const conninfo = `host=${primary.host.address} port=${primary.location.port} user=replicator application_name=${standby.host.name}`;
  await standby.host.require(['sh', '-c', 'find "$1" -mindepth 1 -delete', 'sh', dataDirectory]);
  const backup = ['-D', dataDirectory, '-d', conninfo, '-S', slot, '-X', 'stream', '-c', 'fast', '-w'];
  await standby.host.require([`${standby.host.binDirectory}/pg_basebackup`, ...backup], { as: 'postgres' });
  const follow = `primary_conninfo = '${conninfo}'\nprimary_slot_name = '${slot}'\n`;
  await append(standby.host, `${dataDirectory}/postgresql.auto.conf`, follow);
  await append(standby.host, `${dataDirectory}/standby.signal`, '');
}
