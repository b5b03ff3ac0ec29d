import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#server/errors/app-error.ts';
import type { EmbeddedBinaries } from './binaries.ts';
import type { OsUser } from '#server/config/closed-folder.ts';
import type { EmbeddedLayout } from './layout.ts';
import { runProgram } from './run-program.ts';

export const SUPERUSER = 'tandem';
const INITDB_TIMEOUT_MS = 120_000;

/** Makes the database cluster when there is none; returns the password of its only role. */
export async function ensureCluster(
  layout: EmbeddedLayout,
  binaries: EmbeddedBinaries,
  user: OsUser | undefined,
): Promise<string> {
  if (existsSync(path.join(layout.data, 'PG_VERSION'))) requireSameMajor(layout, binaries);
  else await createCluster(layout, binaries, user);
  writeSettings(layout, user);
  return readFileSync(layout.passwordFile, 'utf8').trim();
}

async function createCluster(
  layout: EmbeddedLayout,
  binaries: EmbeddedBinaries,
  user: OsUser | undefined,
): Promise<void> {
  // An earlier initdb that was cut short leaves a folder that is no cluster.
  rmSync(layout.newData, { recursive: true, force: true });
  writeOwned(layout.passwordFile, randomBytes(24).toString('base64url'), user);
  const args = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', `--username=${SUPERUSER}`];
  const { exitCode, output } = await runProgram(
    binaries.initdb,
    ['-D', layout.newData, `--pwfile=${layout.passwordFile}`, ...args],
    { user, timeoutMs: INITDB_TIMEOUT_MS },
  );
  if (exitCode !== 0) {
    throw new AppError('CONTROL_DATABASE_UNREACHABLE', {
      message: 'the embedded database could not be created',
      detail: output.trim(),
    });
  }
  renameSync(layout.newData, layout.data);
}

function requireSameMajor(layout: EmbeddedLayout, binaries: EmbeddedBinaries): void {
  const major = readFileSync(path.join(layout.data, 'PG_VERSION'), 'utf8').trim();
  if (major === binaries.major) return;
  throw new AppError('CONTROL_DATABASE_UNREACHABLE', {
    message: `the embedded database was made by PostgreSQL ${major}, this Tandem brings ${binaries.major}`,
    hint: 'Dump it with the Tandem version that made it, or set DATABASE_URL to a PostgreSQL of your own.',
  });
}

/** Settings are written at each start, so that a newer Tandem's apply to an older cluster. */
function writeSettings(layout: EmbeddedLayout, user: OsUser | undefined): void {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: layout.sockets,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '100',
    shared_buffers: '64MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'on',
    log_directory: path.join(layout.base, 'log'),
    log_filename: 'postgresql-%a.log',
    log_rotation_age: '1d',
    log_truncate_on_rotation: 'on',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  const head = '# Written by Tandem at each start.';
  writeOwned(path.join(layout.data, 'tandem.conf'), [head, ...lines, ''].join('\n'), user);
  const main = path.join(layout.data, 'postgresql.conf');
  const include = "include 'tandem.conf'";
  const text = readFileSync(main, 'utf8');
  if (!text.includes(include)) writeOwned(main, `${text}\n${include}\n`, user);
}

function writeOwned(file: string, text: string, user: OsUser | undefined): void {
  writeFileSync(file, text, { mode: 0o600 });
  if (user) chownSync(file, user.uid, user.gid);
}
