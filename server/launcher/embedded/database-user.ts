import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { closedFolder, type OsUser } from '#server/config/closed-folder.ts';
import { AppError } from '#server/errors/app-error.ts';

/** The OS user that runs the embedded database when Tandem runs as root: PostgreSQL refuses root. */
const USER_NAME = 'tandem';

/** Ids to run the embedded database under; undefined = as ourselves. Makes the user when it is missing. */
export function ensureDatabaseUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return readUser() ?? createUser();
}

function readUser(): OsUser | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, USER_NAME], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    // `id` exits 1 when there is no such user; anything else shows when it is created.
    return undefined;
  }
}

function createUser(): OsUser {
  const shell = existsSync('/usr/sbin/nologin') ? '/usr/sbin/nologin' : '/bin/false';
  const args = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    shell,
  ];
  execFileSync('useradd', [...args, USER_NAME], { stdio: 'pipe' });
  const user = readUser();
  if (!user) throw new AppError('ASSERTION', { message: `user ${USER_NAME} was created and is not there` });
  return user;
}

/**
 * Rejects INVALID_CONFIGURATION when the user cannot pass a folder on the way to `target`; a
 * checkout in somebody's home directory (0700) is the usual case.
 */
export function requireReachable(user: OsUser | undefined, target: string): void {
  const folder = user === undefined ? null : closedFolder(target, user);
  if (folder !== null) throw notReachable(folder, target);
}

function notReachable(folder: string, target: string): AppError {
  return new AppError('INVALID_CONFIGURATION', {
    message: `the embedded database cannot reach ${target}`,
    detail: `Tandem runs as root, so the database runs as user ${USER_NAME}, who may not enter ${folder}.`,
    hint: 'Set TANDEM_STATE_DIR to a folder that others may pass (for example /var/lib/tandem), run Tandem as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  });
}
