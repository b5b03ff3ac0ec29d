import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `~/.config/tandem/token`, or below XDG_CONFIG_HOME. */
export function tokenFile(environment: Environment): string {
  const home = environment['HOME'] ?? os.homedir();
  return path.join(environment['XDG_CONFIG_HOME'] ?? path.join(home, '.config'), 'tandem/token');
}

/**
 * TANDEM_TOKEN, else the file of `tandem login`. A file that others can read is refused: the token
 * in it may be known to them.
 */
export async function readToken(environment: Environment): Promise<string> {
  const given = environment['TANDEM_TOKEN']?.trim() ?? '';
  if (given !== '') return given;
  const file = tokenFile(environment);
  const found = await stat(file).catch(() => null);
  if (found === null) throw noToken();
  if ((found.mode & 0o077) !== 0) {
    throw new CliError(EXIT.unreachable, {
      code: 'TOKEN_FILE_READABLE',
      message: `${file} can be read by other users`,
      hint: `Revoke that token, make a new one, and run: chmod 600 ${file}`,
    });
  }
  return (await readFile(file, 'utf8')).trim();
}

/** Writes the file so that nobody else can read it at any moment. */
export async function writeToken(environment: Environment, token: string): Promise<string> {
  const file = tokenFile(environment);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await rm(file, { force: true });
  await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(file, 0o600);
  return file;
}

/** Forgets the stored token. */
export async function removeToken(environment: Environment): Promise<void> {
  await rm(tokenFile(environment), { force: true });
}

function noToken(): CliError {
  return new CliError(EXIT.unreachable, {
    code: 'NOT_LOGGED_IN',
    message: 'there is no token',
    hint: 'Create one on the profile page of Tandem, then run: npx tandem login',
  });
}
