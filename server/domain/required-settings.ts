/** Settings that must not be lower on a standby than on its primary (manual, "Hot Standby"). */
export const REQUIRED_SETTINGS = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
] as const;
export type RequiredSettings = Readonly<Record<(typeof REQUIRED_SETTINGS)[number], number>>;

/** A setting that a server has, and what the WAL that it replays was written with. */
export interface LowSetting {
  name: (typeof REQUIRED_SETTINGS)[number];
  is: number;
  needs: number;
}

/**
 * What a standby has less of than its primary had. PostgreSQL 14 and newer stop replaying there and wait; such a
 * server shuts down when it is promoted, and also when replay is told to go on (tried on 15). After the
 * setting was raised and the server started anew it replays everything.
 */
export function lowSettings(
  needs: RequiredSettings,
  has: ReadonlyMap<string, { setting: string }>,
): LowSetting[] {
  return REQUIRED_SETTINGS.flatMap((name) => {
    const is = Number(has.get(name)?.setting ?? 'NaN');
    return is < needs[name] ? [{ name, is, needs: needs[name] }] : [];
  });
}
