import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';

const projectRoot = path.resolve(import.meta.dirname, '../../../..');

export const MIGRATIONS_DIRECTORY = path.join(projectRoot, 'prisma/migrations');
export const SCHEMA_FILE = path.join(projectRoot, 'prisma/schema.prisma');

/** No table or enum of the control database is somebody else's. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** The migrations folder as the schema engine wants it. */
export async function readMigrations(): Promise<MigrationList> {
  const entries = await readdir(MIGRATIONS_DIRECTORY, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const lockfile = path.join(MIGRATIONS_DIRECTORY, 'migration_lock.toml');
  return {
    baseDir: MIGRATIONS_DIRECTORY,
    lockfile: { path: 'migration_lock.toml', content: await readFile(lockfile, 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.sort().map(readMigration)),
  };
}

async function readMigration(name: string): Promise<MigrationList['migrationDirectories'][number]> {
  const value = await readFile(path.join(MIGRATIONS_DIRECTORY, name, 'migration.sql'), 'utf8');
  return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } } };
}
