import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  MIGRATIONS_DIRECTORY,
  NO_FILTERS,
  readMigrations,
  SCHEMA_FILE,
} from '#server/adapters/store/migrations/migration-files.ts';
import { openSchemaEngine } from '#server/adapters/store/migrations/schema-engine.ts';
import { startEmbeddedPostgres } from '#server/launcher/embedded/embedded-postgres.ts';
import { readClosedLists, renderConstraints, type ClosedList } from './closed-lists.ts';

/** The schema as it was when a migration was made, kept beside it: the next diff starts there. */
const SNAPSHOT = 'schema.prisma';

/**
 * `npm run db:migration -- NAME` writes the next migration: what lies between the schema of the
 * last migration and prisma/schema.prisma, with the closed lists as CHECK constraints. Read and
 * complete the SQL before committing it.
 */
async function main(): Promise<void> {
  const name = process.argv[2];
  if (!name || !/^[a-z0-9_]+$/.test(name)) throw new Error('usage: npm run db:migration -- name_of_change');
  const { migrationDirectories } = await readMigrations();
  const schema = await readFile(SCHEMA_FILE, 'utf8');
  const last = migrationDirectories.at(-1)?.path;
  const before = last ? await readFile(path.join(MIGRATIONS_DIRECTORY, last, SNAPSHOT), 'utf8') : null;
  const sql = [await diff(before, schema), renderConstraints(listsOf(before), listsOf(schema))].filter(
    Boolean,
  );
  if (sql.length === 0) return console.log('The migrations already say what the schema says.');
  const number = String(migrationDirectories.length + 1).padStart(4, '0');
  const folder = path.join(MIGRATIONS_DIRECTORY, `${number}_${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'migration.sql'), sql.join('\n'));
  await writeFile(path.join(folder, SNAPSHOT), schema);
  console.log(`Written: ${path.relative(process.cwd(), folder)}/migration.sql`);
}

/** The engine connects before anything else, though comparing two schemas reads nothing there. */
async function diff(before: string | null, after: string): Promise<string> {
  const state = await mkdtemp(path.join(os.tmpdir(), 'tandem-migration-'));
  const database = await startEmbeddedPostgres(state);
  try {
    return await compare(database.databaseUrl, before, after);
  } finally {
    await database.stop();
    await rm(state, { recursive: true, force: true });
  }
}

async function compare(databaseUrl: string, before: string | null, after: string): Promise<string> {
  const { engine, close } = await openSchemaEngine(databaseUrl, after);
  const target = (content: string) => ({
    tag: 'schemaDatamodel' as const,
    files: [{ path: SNAPSHOT, content }],
  });
  const { stdout } = await engine.diff({
    from: before === null ? { tag: 'empty' } : target(before),
    to: target(after),
    script: true,
    exitCode: null,
    filters: NO_FILTERS,
  });
  await close();
  return stdout === null || stdout.includes('This is an empty migration') ? '' : stdout;
}

function listsOf(schema: string | null): ClosedList[] {
  return schema === null ? [] : readClosedLists(schema);
}

await main();
