import type { LabHost } from './lab-host.ts';
import { LAB_BIN_DIRECTORY, LabPostgres } from './lab-postgres.ts';
import { createPrimary, prepareDirectories, type PrimaryOptions } from './create-primary.ts';
import { until } from './until.ts';

const REPLICATION_PASSWORD = 'practice-replication';

export interface LabPair {
  primary: LabPostgres;
  standby: LabPostgres;
}

/** A pair that somebody set up by hand long before Tandem: streaming, with a slot, ready for a rewind. */
export async function createReplicatingPair(
  primaryHost: LabHost,
  standbyHost: LabHost,
  cacheDir: string,
  o: PrimaryOptions = {},
): Promise<LabPair> {
  const primary = await createPrimary(primaryHost, cacheDir, {
    ...o,
    settings: { wal_log_hints: 'on', wal_keep_size: '256MB', hot_standby: 'on', ...o.settings },
  });
  const slot = standbyHost.name.replaceAll('-', '_');
  await primary.sql(`
    CREATE ROLE replicator LOGIN REPLICATION PASSWORD '${REPLICATION_PASSWORD}';
    SELECT pg_create_physical_replication_slot('${slot}', true);`);
  await primaryHost.require([
    'sh',
    '-c',
    'printf "host replication replicator samenet scram-sha-256\\n" >> "$1/pg_hba.conf"',
    'sh',
    primary.location.dataDirectory,
  ]);
  await primary.reload();
  const standby = new LabPostgres(standbyHost, primary.location);
  await prepareDirectories(standbyHost, standby.location);
  for (const host of [primaryHost, standbyHost]) {
    await host.require(['sh', '-c', 'umask 077; cat > "$HOME/.pgpass"'], {
      input: `*:*:replication:replicator:${REPLICATION_PASSWORD}\n`,
    });
  }
  await standbyHost.require([
    `${LAB_BIN_DIRECTORY}/pg_basebackup`, '-D', standby.location.dataDirectory, '-X', 'stream', '-c', 'fast', '-N', '-R', '-S', slot,
    '-d', `host=${primaryHost.address} port=${primary.location.port} user=replicator application_name=${standbyHost.name}`,
  ]); // prettier-ignore
  await standby.start();
  await until(
    'the standby streams',
    async () => (await primary.sql("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'")) === '1',
  );
  return { primary, standby };
}
