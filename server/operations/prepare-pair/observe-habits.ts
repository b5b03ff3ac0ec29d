import { parseConninfo } from '#server/domain/conninfo.ts';
import { configDirectoryOf } from '#server/domain/instance-location.ts';
import { requireLsn, type Lsn } from '#server/domain/lsn.ts';
import type { SlotSample } from '#server/domain/node-sample.ts';
import { openHbaRules, type OpenRule } from '#server/domain/open-hba-rules.ts';
import { REQUIRED_SETTINGS } from '#server/domain/required-settings.ts';
import type { Autostart, Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode, PairWorld } from '../pair-world.ts';

/** What one node of a pair that was made by hand is like, as far as people get it wrong. */
export interface NodeHabits {
  serverName: string;
  inContainer: boolean;
  majorVersion: number;
  checksums: boolean;
  /** As the server has them, with what set them. */
  settings: ReadonlyMap<string, { setting: string; source: string }>;
  freeBytes: number;
  /** What the slot that is furthest behind holds back; null = not known of one. */
  heldBackBytes: number | null;
  openRules: OpenRule[];
  /** A rule that lets a replication connection in from another machine. */
  admitsReplication: boolean;
  /** primary_conninfo holds the password itself. Never its text. */
  passwordInConninfo: boolean;
  primarySlotName: string;
  autostart: Autostart;
  /** Configuration files that lie where people expect them to be read, and nothing includes them. */
  unreadFiles: string[];
  /** Major versions of PostgreSQL installed on the host itself. */
  installedMajors: number[];
}

export interface Habits {
  takenAtMs: number;
  primary: NodeHabits;
  standby: NodeHabits;
  /** Addresses that clients of the primary come from now. */
  clientAddresses: string[];
  /** Standbys that may replicate from the primary: connected in any state, or with a slot of their own. */
  standbys: number;
}

const HABIT_SETTINGS = ['wal_log_hints', 'max_slot_wal_keep_size', ...REQUIRED_SETTINGS];

/** One look at both nodes; reads only. */
export async function observeHabits(
  world: Pick<PairWorld, 'primary' | 'standby' | 'clock'>,
  wait: Wait,
): Promise<Habits> {
  const [primary, standby, clientAddresses, senders, slots] = await Promise.all([
    observeNode(world.primary, wait),
    observeNode(world.standby, wait),
    world.primary.admin.clientAddresses(wait),
    world.primary.admin.senders(wait),
    world.primary.admin.slots(wait),
  ]);
  const waiting = slots.filter((slot) => slot.type === 'physical' && !slot.active).length;
  const standbys = senders.length + waiting;
  return { takenAtMs: world.clock.nowMs(), primary, standby, clientAddresses, standbys };
}

async function observeNode(node: OperationNode, wait: Wait): Promise<NodeHabits> {
  const { admin, runtime, files } = node;
  const { location } = runtime;
  const status = await admin.status(wait);
  const names = [...HABIT_SETTINGS, 'primary_conninfo', 'primary_slot_name'];
  const [rows, slots, hba, disk, autostart, unreadFiles, toolchains] = await Promise.all([
    admin.settings(names, wait),
    admin.slots(wait),
    files.read(status.hbaFile, wait),
    files.disk(location.dataDirectory, wait),
    runtime.autostart(wait),
    unread(node, status, wait),
    node.probe.toolchains(wait),
  ]);
  const settingOf = (name: string): string => rows.get(name)?.setting ?? '';
  const text = hba?.toString('latin1') ?? '';
  return {
    serverName: node.serverName,
    inContainer: location.kind === 'docker',
    majorVersion: Math.floor(status.serverVersionNum / 10_000),
    checksums: status.dataChecksums,
    settings: new Map(
      HABIT_SETTINGS.map((name) => [
        name,
        { setting: settingOf(name), source: rows.get(name)?.source ?? '' },
      ]),
    ),
    freeBytes: disk.freeBytes,
    heldBackBytes: heldBack(slots, status.lsn),
    openRules: openHbaRules(text),
    admitsReplication: admitsReplication(text),
    passwordInConninfo: (parseConninfo(settingOf('primary_conninfo'))?.get('password') ?? '') !== '',
    primarySlotName: settingOf('primary_slot_name'),
    autostart,
    unreadFiles,
    installedMajors: toolchains.map((t) => t.majorVersion),
  };
}

/** A slot without a position holds nothing. */
function heldBack(slots: readonly SlotSample[], now: Lsn | null): number | null {
  const held = slots.flatMap((slot) => (slot.restartLsn === null ? [] : [slot.restartLsn]));
  if (held.length === 0) return 0;
  return now === null ? null : Math.max(...held.map((at) => Number(now - requireLsn(at))));
}

/** A rule for replication that names another address than the machine's own. */
function admitsReplication(hba: string): boolean {
  return hba.split('\n').some((line) => {
    const [type = '', databases = '', , address = ''] = line.trim().split(/\s+/);
    const isOwn = address.startsWith('127.') || address.startsWith('::1') || address === 'samehost';
    return type.startsWith('host') && databases.split(',').includes('replication') && !isOwn;
  });
}

/** Where a `conf.d` is by custom, and where images have their configuration mounted. */
async function unread(
  node: OperationNode,
  status: { configFile: string; hbaFile: string },
  wait: Wait,
): Promise<string[]> {
  const { location } = node.runtime;
  const folders = [`${configDirectoryOf(location)}/conf.d`];
  if (location.kind === 'docker') folders.push('/etc/postgresql');
  const read = new Set([...(await node.admin.configFiles(wait)), status.configFile, status.hbaFile]);
  const found: string[] = [];
  for (const folder of folders) {
    const entries = (await node.files.list(folder, { ...wait, recursive: true })) ?? [];
    for (const { kind, path } of entries)
      if (kind === 'file' && path.endsWith('.conf') && !/(^|\/)pg_\w+\.conf$/.test(path))
        found.push(`${folder}/${path}`);
  }
  return found.filter((path) => !read.has(path));
}
