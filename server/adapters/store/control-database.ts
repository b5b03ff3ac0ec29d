import { AppError } from '#server/errors/app-error.ts';
import type { Prisma } from './prisma-client.ts';

const OLDEST_SUPPORTED = 140_000;

/** The identifier of the cluster that holds the control database: it must never be a managed one. */
export async function controlSystemIdentifier(prisma: Prisma): Promise<string> {
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    select system_identifier::text as id from pg_control_system()`;
  const id = rows[0]?.id;
  if (id === undefined) throw new AppError('ASSERTION', { message: 'pg_control_system() gave no row' });
  return id;
}

/** Rejects INVALID_CONFIGURATION when the control database is older than PostgreSQL 14. */
export async function requireSupportedControlDatabase(prisma: Prisma): Promise<void> {
  const rows = await prisma.$queryRaw<{ number: number; name: string }[]>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
  const version = rows[0];
  if (version && version.number >= OLDEST_SUPPORTED) return;
  throw new AppError('INVALID_CONFIGURATION', {
    message: `the control database is PostgreSQL ${version?.name ?? 'of an unknown version'}, 14 or newer is needed`,
    hint: 'Point DATABASE_URL at a newer PostgreSQL, or leave it out to use the embedded one.',
    data: { variable: 'DATABASE_URL' },
  });
}
