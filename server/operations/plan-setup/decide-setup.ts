import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import { NAMES_PLACE } from '#server/domain/instance-location.ts';
import { changesPlace } from '../setup-standby/other-kind.ts';
import type { SetupInput } from '../setup-standby/input.ts';
import type { SetupObservation } from '../setup-standby/observation.ts';

type Change = SetupInput['settings'][number];

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
/** Senders and slots that replication and its next backup need beside those in use. */
const SPARE_SENDERS = 3;
const SPARE_SLOTS = 2;

/** Settings of the primary that must differ for replication, a later rewind and a bounded slot. */
export function decideSettings(o: SetupObservation, draft: NewStandbyDraft): Change[] {
  const changes: Change[] = [];
  const current = (name: string): string => o.primary.settings.get(name)?.setting ?? '';
  const want = (name: string, to: string, restart: boolean): void => {
    // A value on the command line wins over ALTER SYSTEM: changing the file would only pretend.
    if (o.primary.settings.get(name)?.source === 'command line') return;
    if (current(name) !== to) changes.push({ name, from: current(name), to, restart });
  };
  if (current('wal_level') === 'minimal') want('wal_level', 'replica', true);
  if (current('hot_standby') !== 'on') want('hot_standby', 'on', true);
  if (Number(current('max_wal_senders')) < o.primary.sendersInUse + SPARE_SENDERS) {
    want('max_wal_senders', String(Math.max(10, o.primary.sendersInUse + SPARE_SENDERS)), true);
  }
  if (Number(current('max_replication_slots')) < o.primary.slots.length + SPARE_SLOTS) {
    want('max_replication_slots', String(Math.max(10, o.primary.slots.length + SPARE_SLOTS)), true);
  }
  if (!o.primary.status.dataChecksums && current('wal_log_hints') !== 'on') want('wal_log_hints', 'on', true);
  if (/^(localhost|127\.0\.0\.1|)$/.test(current('listen_addresses'))) want('listen_addresses', '*', true);
  changes.push(...decideWalLimits(o, draft));
  return changes;
}

/** Slots without a limit fill the disk when a standby stays away (PostgreSQL manual, max_slot_wal_keep_size). */
function decideWalLimits(o: SetupObservation, draft: NewStandbyDraft): Change[] {
  const changes: Change[] = [];
  const setting = (name: string): string => o.primary.settings.get(name)?.setting ?? '';
  const limit =
    draft.maxSlotWalKeepBytes ??
    (setting('max_slot_wal_keep_size') === '-1' ? proposeSlotLimit(o.primary.disk.freeBytes) : null);
  if (limit !== null && String(Math.round(limit / MIB)) !== setting('max_slot_wal_keep_size')) {
    changes.push({
      name: 'max_slot_wal_keep_size',
      from: setting('max_slot_wal_keep_size'),
      to: `${Math.round(limit / MIB)}MB`,
      restart: false,
    });
  }
  const keep = draft.walKeepBytes ?? proposeWalKeep(o.primary.disk.freeBytes);
  if (keep > Number(setting('wal_keep_size')) * MIB) {
    changes.push({
      name: 'wal_keep_size',
      from: setting('wal_keep_size'),
      to: `${Math.round(keep / MIB)}MB`,
      restart: false,
    });
  }
  return changes;
}

/** Half of the free disk, at least 1 GiB: time to mend a standby, and room to live on. */
export function proposeSlotLimit(freeBytes: number): number {
  return Math.max(GIB, Math.floor(freeBytes / 2 / GIB) * GIB);
}

/** A little WAL beside the slot, for a node that rejoins after its slot was dropped; at most 1 GiB. */
export function proposeWalKeep(freeBytes: number): number {
  return Math.min(GIB, Math.floor((freeBytes * 0.02) / (64 * MIB)) * 64 * MIB);
}

/** What the copied configuration would get wrong on the other host. */
export function decideStandbySettings(o: SetupObservation): SetupInput['standbySettings'] {
  const { location } = o.subject.standby;
  const change = changesPlace(o.subject.primary.location, location);
  const setting = (name: string): string => o.primary.settings.get(name)?.setting ?? '';
  const wanted: SetupInput['standbySettings'] = [];
  // A container publishes its port; inside it stays what it is, unless the configuration comes from a host.
  const port =
    location.kind !== 'docker' ? location.port : change === 'in' ? o.standby.container?.port : null;
  if (port != null && String(port) !== setting('port')) wanted.push({ name: 'port', value: String(port) });
  if (location.socketDirectory !== null && location.socketDirectory !== setting('unix_socket_directories')) {
    wanted.push({ name: 'unix_socket_directories', value: location.socketDirectory });
  }
  // An address of the primary's host cannot be bound on another one.
  if (!['*', '0.0.0.0', '::'].includes(setting('listen_addresses')))
    wanted.push({ name: 'listen_addresses', value: '*' });
  if (setting('log_directory').startsWith('/')) wanted.push({ name: 'log_directory', value: 'log' });
  // A copied list would let the standby's own commits wait for nobody after a switch of roles.
  if (setting('synchronous_standby_names') !== '')
    wanted.push({ name: 'synchronous_standby_names', value: '' });
  return withOwnPaths(o, change === null ? wanted : [...wanted, ...settingsOfOtherPlace(o, change, wanted)]);
}

/**
 * Paths below the primary's data directory as they are below the standby's: postgresql.auto.conf comes with the
 * data as it is, and a certificate that it names would be missing.
 */
function withOwnPaths(
  o: SetupObservation,
  settings: SetupInput['standbySettings'],
): SetupInput['standbySettings'] {
  const [from, to] = [o.subject.primary.location.dataDirectory, o.subject.standby.location.dataDirectory];
  if (from === to) return settings;
  const said = new Set(settings.map(({ name }) => name));
  const copied = [...o.primary.pathsInAutoConf]
    .filter(([name]) => !said.has(name) && !OF_THE_PLACE.has(name) && !OF_RECOVERY.test(name))
    .map(([name, value]) => ({ name, value }));
  return [...settings, ...copied].map(({ name, value }) =>
    !OF_THE_PLACE.has(name) && value.startsWith(`${from}/`)
      ? { name, value: `${to}${value.slice(from.length)}` }
      : { name, value },
  );
}

/** Where the image of PostgreSQL has its socket. */
const SOCKETS_IN_CONTAINER = '/var/run/postgresql';
/** What belongs to the place, and is decided elsewhere. */
const OF_THE_PLACE = new Set([
  ...NAMES_PLACE,
  'unix_socket_directories',
  'listen_addresses',
  'port',
  'log_directory',
  'synchronous_standby_names',
]);

/** Of whom it follows and how far: a standby's is ours, and may hold what is secret. */
const OF_RECOVERY = /^(primary_|recovery_|restore_command$|archive_cleanup_command$|promote_trigger_file$)/;

/** What a server in the other kind of place would lack, or could not find. */
function settingsOfOtherPlace(
  o: SetupObservation,
  change: 'in' | 'out',
  wanted: SetupInput['standbySettings'],
): SetupInput['standbySettings'] {
  const setting = (name: string): string => o.primary.settings.get(name)?.setting ?? '';
  const more: SetupInput['standbySettings'] = [];
  if (change === 'in' && setting('unix_socket_directories') !== SOCKETS_IN_CONTAINER)
    more.push({ name: 'unix_socket_directories', value: SOCKETS_IN_CONTAINER });
  // A directory of the host, made by what starts servers there; only PostgreSQL 14 and older have the setting.
  if (setting('stats_temp_directory').startsWith('/'))
    more.push({ name: 'stats_temp_directory', value: 'pg_stat_tmp' });
  if (o.standby.missingTlsFiles.length > 0) more.push({ name: 'ssl', value: 'off' });
  // No file of a container says what its command line does, and nothing gives it again on a host.
  const taken = new Set([...OF_THE_PLACE, ...[...wanted, ...more].map(({ name }) => name)]);
  const given = o.primary.commandLine.filter(({ name }) => !taken.has(name) && !OF_RECOVERY.test(name));
  return [...more, ...given.map(({ name, setting: value }) => ({ name, value }))];
}

/** A name for the slot from the pair's, free on the primary. */
export function chooseSlotName(pairName: string, taken: readonly string[]): string {
  const base = `tandem_${
    pairName
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '') || 'pair'
  }`.slice(0, 56);
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? base : `${base}_${n}`;
    if (!taken.includes(name)) return name;
  }
}
