import { statSync } from 'node:fs';
import path from 'node:path';

const USUAL = '.state';
const OF_ROOT = '/var/lib/tandem';
const OTHERS_MAY_PASS = 0o001;

/**
 * Where Tandem keeps its state unless told otherwise: `.state` of the current folder. Root's embedded
 * database runs as a user of its own; from a folder that others may not pass, as root's home is, the
 * state goes to /var/lib/tandem.
 */
export function defaultStateDirectory(cwd: string, uid: number | undefined): string {
  return uid === 0 && !othersMayPass(cwd) ? OF_ROOT : path.join(cwd, USUAL);
}

/** Every folder on the way has the right for others. */
export function othersMayPass(folder: string): boolean {
  const parent = path.dirname(folder);
  const open = (statSync(folder).mode & OTHERS_MAY_PASS) !== 0;
  return open && (parent === folder || othersMayPass(parent));
}
