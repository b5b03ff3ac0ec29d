import { LAB_BIN_DIRECTORY } from '#e2e/lab/processes/lab-postgres.ts';
import type { FloorNode } from './floor-node.ts';

/**
 * The planned switchover that an expert would write by hand for this machine: no plan, no record, no
 * gates, no undo, every connection open before. Measures what physics leaves. The old primary comes
 * back as a standby behind the outage.
 */
export async function switchOverByHand(old: FloorNode, next: FloorNode, slot: string): Promise<void> {
  const { dataDirectory } = old.postgres.location;
  await next.sql(
    `SELECT pg_create_physical_replication_slot('${slot}', true) WHERE NOT EXISTS (SELECT 1 FROM pg_replication_slots WHERE slot_name = '${slot}');`,
  );
  await old.sql('CHECKPOINT;');
  await old.shell.ask(`touch ${dataDirectory}/standby.signal`);
  await old.sql('CHECKPOINT;');
  await next.sql('SELECT 1;');
  // From here nobody writes.
  await old.shell.ask(
    `p=$(head -n1 ${dataDirectory}/postmaster.pid); kill -INT $p; while [ -e ${dataDirectory}/postmaster.pid ]; do sleep 0.002; done`,
  );
  const control = await old.shell.ask(
    `LC_ALL=C ${LAB_BIN_DIRECTORY}/pg_controldata -D ${dataDirectory} | sed -n 's/^Latest checkpoint location: *//p'`,
  );
  while ((await next.sql(`SELECT pg_last_wal_replay_lsn() > '${control.trim()}'::pg_lsn;`)).trim() !== 't');
  await next.sql('SELECT pg_promote(false);');
  let askedAt = performance.now();
  while ((await next.sql('SELECT pg_is_in_recovery();')).trim() === 't') {
    if (performance.now() - askedAt < 50) continue;
    askedAt = performance.now();
    await next.sql('SELECT pg_reload_conf();');
  }
  // Writes are possible again.
  await old.shell.ask(`${LAB_BIN_DIRECTORY}/pg_ctl -D ${dataDirectory} -l /tmp/by-hand.log -w -s start`);
  old.reconnect();
  await old.sql(
    `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${slot}';`,
  );
}
