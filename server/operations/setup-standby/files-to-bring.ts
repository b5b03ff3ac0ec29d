import { posix } from 'node:path';
import { AppError } from '#server/errors/app-error.ts';
import { configDirectoryOf, type InstanceLocation } from '#server/domain/instance-location.ts';
import { MAIN_FILES } from '#server/domain/own-files.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { within, type OperationNode, type PairWorld } from '../pair-world.ts';
import { adaptConfiguration, placeOf } from './configuration.ts';
import type { SetupContext } from './context.ts';
import type { SetupInput } from './input.ts';
import { readConfiguration } from './read-configuration.ts';
import { changesPlace, hbaInOtherPlace, identInOtherPlace, outOfContainer } from './other-kind.ts';

/** A file of the primary's configuration as the standby shall have it. */
export interface BroughtFile {
  path: string;
  /** Null = a directory: what includes it does not start without. */
  content: Buffer | null;
  mode: number;
}

/** What is written down of the primary's configuration, by its name below postgresql.conf. */
interface FoundFile {
  name: string;
  /** Where it lies on the primary. */
  path: string;
  content: Buffer | null;
  mode: number;
}

type Reading = Pick<SetupContext, 'signal'> & { world: PairWorld; input: SetupInput };

/** What to write where, read from the primary at this instant; `early` = before the cluster is made known. */
export async function filesToBring(c: Reading, early: boolean): Promise<BroughtFile[]> {
  const { primary, standby } = c.input;
  const change = changesPlace(primary.location, standby.location);
  const all = await (change === 'out' ? filesOfContainer(c) : filesOfDirectory(c));
  const found = liesAmongData(standby.location) ? await inMainFiles(c, all) : all;
  const method = change === null ? null : await passwordMethod(c);
  return found.flatMap(({ name, content, mode }) => {
    const place = placeOf(name, standby.location);
    if (place?.early !== early) return [];
    const adapted = content === null ? null : adapt(c.input, name, content, method);
    return [{ path: place.path, content: adapted, mode }];
  });
}

/**
 * Whether a standby's configuration lies among its data. Then it must be whole in its main files: those alone
 * are kept when a rewind or a new copy brings a data directory that has nothing else of it.
 */
export const liesAmongData = (standby: InstanceLocation): boolean => standby.configDirectory === null;

/** What postgresql.conf includes put into it, and brought by itself no more. */
async function inMainFiles(c: Reading, found: FoundFile[]): Promise<FoundFile[]> {
  const main = found.find(({ name }) => name === 'postgresql.conf');
  if (main === undefined) return found;
  const whole = await readConfiguration(c.world.primary.files, main.path, c);
  const taken = new Set([...whole.files, ...whole.directories]);
  return found
    .filter(({ path }) => !taken.has(path))
    .map((file) => (file === main ? { ...file, content: Buffer.from(whole.text, 'latin1') } : file));
}

/** Text of the primary's pg_hba.conf now, and as the standby would have it. */
export async function hbaChange(c: Reading): Promise<{ before: string; after: string } | null> {
  if (changesPlace(c.input.primary.location, c.input.standby.location) === null) return null;
  const before = await c.world.primary.files.read(c.input.hbaFile, c);
  if (before === null) return null;
  const after = adapt(c.input, 'pg_hba.conf', before, await passwordMethod(c));
  return { before: before.toString('utf8'), after: after.toString('utf8') };
}

function adapt(
  { primary, standby, superuser }: SetupInput,
  name: string,
  content: Buffer,
  passwordMethod: 'scram-sha-256' | 'md5' | null,
): Buffer {
  const [from, to] = [primary.location, standby.location];
  const change = changesPlace(from, to);
  if (change === null || passwordMethod === null) return adaptConfiguration(content, from, to);
  const who = { account: to.osOwner, superuser };
  if (name === 'pg_hba.conf') return hbaInOtherPlace(content, { ...who, to: change, passwordMethod });
  if (name === 'pg_ident.conf') return identInOtherPlace(content, who);
  if (change === 'in') return adaptConfiguration(content, from, to);
  return outOfContainer(content, {
    from: { config: configDirectoryOf(from), data: from.dataDirectory },
    to: { config: configDirectoryOf(to), data: to.dataDirectory },
  });
}

/** Roles keep their passwords as the server's setting said when they were given. */
async function passwordMethod(c: Reading): Promise<'scram-sha-256' | 'md5'> {
  const rows = await c.world.primary.admin.settings(['password_encryption'], within(c));
  return rows.get('password_encryption')?.setting === 'md5' ? 'md5' : 'scram-sha-256';
}

async function read(c: Reading, path: string, mode: number, name: string): Promise<FoundFile> {
  const content = await c.world.primary.files.read(path, c);
  if (content === null) throw new AppError('WORLD_CHANGED', { message: `${path} is gone` });
  return { name, path, content, mode };
}

/** Everything below a directory of its own; none where the configuration lies among the data, which are copied. */
async function filesOfDirectory(c: Reading): Promise<FoundFile[]> {
  const from = configDirectoryOf(c.input.primary.location);
  const isAmongData = c.input.primary.location.configDirectory === null;
  const entries = (await c.world.primary.files.list(from, { ...c, recursive: !isAmongData })) ?? [];
  const isWanted = (path: string): boolean => !isAmongData || MAIN_FILES.some((main) => main === path);
  const found: FoundFile[] = [];
  for (const { path, kind, mode: whole } of entries.filter((entry) => isWanted(entry.path))) {
    const mode = whole & 0o777 || 0o600;
    if (kind === 'directory') found.push({ name: path, path: `${from}/${path}`, content: null, mode });
    else found.push(await read(c, `${from}/${path}`, mode, path));
  }
  return found;
}

/** Where a server in a container has its files: each may lie in a directory of its own. */
export async function filesInContainer(
  c: Reading,
): Promise<{ name: string; path: string; kind: 'file' | 'directory' }[]> {
  const { admin } = c.world.primary;
  const { configFile } = await admin.status(within(c));
  const identFile = (await admin.settings(['ident_file'], within(c))).get('ident_file')?.setting ?? '';
  const root = posix.dirname(configFile);
  const main = { 'postgresql.conf': configFile, 'pg_hba.conf': c.input.hbaFile, 'pg_ident.conf': identFile };
  const below = (kind: 'file' | 'directory') => (path: string) => ({
    name: posix.relative(root, path),
    path,
    kind,
  });
  const found = Object.entries(main).map(([name, path]) => ({ name, path, kind: 'file' as const }));
  if (liesAmongData(c.input.standby.location)) return found;
  return [
    ...found,
    ...c.input.includedDirectories.map(below('directory')),
    ...c.input.includedFiles.map(below('file')),
  ];
}

/** Only what the server reads: its directory may be anything of the image, and hold much else. */
async function filesOfContainer(c: Reading): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const { name, path, kind } of await filesInContainer(c)) {
    if (kind === 'directory') {
      found.push({ name, path, content: null, mode: 0o755 });
      continue;
    }
    // A server does without it, pg_createcluster does not.
    const may = name === 'pg_ident.conf' ? await c.world.primary.files.read(path, c) : undefined;
    if (may === undefined) found.push(await read(c, path, 0o600, name));
    else found.push({ name, path, content: may ?? Buffer.alloc(0), mode: 0o600 });
  }
  return found;
}

/** What the main file includes, for a server whose files are read by name. */
export interface Included {
  files: string[];
  directories: string[];
}

/** Found in the files themselves: the server lists only those that set something, and no directory. */
export async function includedBy(
  { admin, files }: Pick<OperationNode, 'admin' | 'files'>,
  configFile: string,
  wait: Wait,
): Promise<Included> {
  const [listed, whole] = await Promise.all([
    admin.configFiles(wait),
    readConfiguration(files, configFile, wait),
  ]);
  // postgresql.auto.conf is no file of a person's and goes with the data.
  const own = (path: string): boolean =>
    path !== configFile && posix.basename(path) !== 'postgresql.auto.conf';
  return {
    files: [...new Set([...listed.filter(own), ...whole.files])],
    directories: [...new Set(whole.directories)],
  };
}
