import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { NO_FILTERS, readMigrations, SCHEMA_FILE } from './migration-files.ts';
import { openSchemaEngine } from './schema-engine.ts';

/** Any number that nobody else locks: "tandem" in ASCII. */
const MIGRATION_LOCK_KEY = '128017045120365';

/**
 * Brings the control database to the newest schema; returns the names of the migrations that were
 * applied. Processes that start at the same time wait for each other.
 */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK_KEY]);
    return await applyPending(databaseUrl);
  } finally {
    await client.end();
  }
}

async function applyPending(databaseUrl: string): Promise<string[]> {
  const { engine, close } = await openSchemaEngine(databaseUrl, await readFile(SCHEMA_FILE, 'utf8'));
  try {
    const migrationsList = await readMigrations();
    return (await engine.applyMigrations({ migrationsList, filters: NO_FILTERS })).appliedMigrationNames;
  } finally {
    await close();
  }
}
