import { readAutoConf, withAutoConf } from '#server/domain/auto-conf.ts';
import type { FileWait } from '#server/ports/host-files.ts';
import type { OperationNode } from '../../pair-world.ts';

type Node = Pick<OperationNode, 'files' | 'runtime'>;

/** Bytes as characters: a comment of somebody may be in any encoding, and has to keep its bytes. */
const ENCODING = 'latin1';

/**
 * Settings of postgresql.auto.conf as they were before a step, kept in a copy beside the file and not
 * in the control database: a primary_conninfo may hold a password.
 */
export interface KeptSettings {
  /** The copy, in the data directory, 0600. */
  path: string;
  names: readonly string[];
}

const confPath = (node: Node): string => `${node.runtime.location.dataDirectory}/postgresql.auto.conf`;

export function keptSettings(node: Node, step: string, names: readonly string[]): KeptSettings {
  return { path: `${confPath(node)}.before-${step}`, names };
}

async function read(node: Node, path: string, o: FileWait): Promise<string | null> {
  return (await node.files.read(path, o))?.toString(ENCODING) ?? null;
}

/** What ALTER SYSTEM gave last; no entry = it gave none. */
export async function storedSettings(node: Node, o: FileWait): Promise<Map<string, string>> {
  return readAutoConf((await read(node, confPath(node), o)) ?? '');
}

/** Copies the file as it is now. Called before the effect, so an earlier copy is an old run's. */
export async function keepSettings(node: Node, kept: KeptSettings, o: FileWait): Promise<void> {
  await node.files.copy(confPath(node), kept.path, o);
}

/** The copy goes as the last act of putting back. */
export async function settingsAreBack(node: Node, kept: KeptSettings, o: FileWait): Promise<boolean> {
  return (await node.files.stat(kept.path, o)) === null;
}

/**
 * Puts these settings back, byte for byte when nobody changed others meanwhile. The caller reloads a
 * server that runs, before `removeCopy`.
 */
export async function putSettingsBack(node: Node, kept: KeptSettings, o: FileWait): Promise<void> {
  const before = await read(node, kept.path, o);
  if (before === null) return;
  const now = (await read(node, confPath(node), o)) ?? '';
  const onlyOurs = sameBut(kept.names, readAutoConf(now), readAutoConf(before));
  const next = onlyOurs ? before : withAutoConf(now, oldValues(before, kept.names));
  await node.files.write(confPath(node), Buffer.from(next, ENCODING), { ...o, mode: 0o600 });
}

export async function removeCopy(node: Node, kept: KeptSettings, o: FileWait): Promise<void> {
  await node.files.removeFile(kept.path, o);
}

function sameBut(
  names: readonly string[],
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): boolean {
  const rest = (m: ReadonlyMap<string, string>): string =>
    JSON.stringify([...m].filter(([name]) => !names.includes(name)).sort());
  return rest(a) === rest(b);
}

/** Writes settings into the file itself: the server may be down, and nothing of it is logged. */
export async function writeSettings(
  node: Node,
  settings: ReadonlyMap<string, string | null>,
  o: FileWait,
): Promise<void> {
  const now = (await read(node, confPath(node), o)) ?? '';
  const next = Buffer.from(withAutoConf(now, settings), ENCODING);
  await node.files.write(confPath(node), next, { ...o, mode: 0o600 });
}

function oldValues(before: string, names: readonly string[]): Map<string, string | null> {
  const values = readAutoConf(before);
  return new Map(names.map((name) => [name, values.get(name) ?? null]));
}
