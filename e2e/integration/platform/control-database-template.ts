import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { applyMigrations } from '#server/adapters/store/migrations/apply-migrations.ts';
import { startEmbeddedPostgres } from '#server/launcher/embedded/embedded-postgres.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CACHE = path.join(ROOT, '.lab/cache');
const PREFIX = 'control-';
/** All that decides what a new control database holds. */
const INPUTS = [
  'package-lock.json',
  'prisma',
  'server/launcher/embedded',
  'server/adapters/store/migrations',
] as const;

/**
 * Lays a stopped, migrated control database into an empty state directory: a copy of the first one
 * that this state of the source made. Making one takes longer than many a test that needs it.
 */
export async function layControlDatabase(stateDirectory: string): Promise<void> {
  const template = path.join(CACHE, `${PREFIX}${await keyOfInputs()}`);
  if (!existsSync(template)) await buildTemplate(template);
  await copyFolder(template, path.join(stateDirectory, 'postgres'));
}

async function buildTemplate(template: string): Promise<void> {
  // Not in the cache itself, which the user of the database may not be able to reach.
  const stateDirectory = await mkdtemp(path.join(os.tmpdir(), 'tandem-template-'));
  const embedded = await startEmbeddedPostgres(stateDirectory);
  try {
    await applyMigrations(embedded.databaseUrl);
  } finally {
    await embedded.stop();
  }
  await mkdir(CACHE, { recursive: true });
  const building = await mkdtemp(path.join(CACHE, `building-${PREFIX}`));
  await copyFolder(path.join(stateDirectory, 'postgres'), path.join(building, 'postgres'));
  await removeOlder(template);
  // Two files may build the same template at once: the first one stays.
  await rename(path.join(building, 'postgres'), template).catch(() => undefined);
  for (const folder of [building, stateDirectory]) await rm(folder, { recursive: true, force: true });
}

async function removeOlder(template: string): Promise<void> {
  for (const name of await readdir(CACHE)) {
    if (!name.startsWith(PREFIX) || name === path.basename(template)) continue;
    await rm(path.join(CACHE, name), { recursive: true, force: true });
  }
}

/** With owners, times and modes; shares the blocks where the file system can. */
async function copyFolder(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', '--reflink=auto', from, to]);
}

async function keyOfInputs(): Promise<string> {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    for (const file of await filesOf(path.join(ROOT, input)))
      hash
        .update(path.relative(ROOT, file))
        .update('\0')
        .update(await readFile(file))
        .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(entry: string): Promise<string[]> {
  if ((await stat(entry)).isFile()) return [entry];
  const below = await readdir(entry, { recursive: true, withFileTypes: true });
  return below
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name))
    .sort();
}
