import path from 'node:path';
import { closedFolder } from './closed-folder.ts';

const USUAL = '.state';
const OF_ROOT = '/var/lib/tandem';

/**
 * Where Tandem keeps its state unless told otherwise: `.state` of the current folder. Root's embedded
 * database runs as a user of its own; from a folder that others may not pass, as root's home is, the
 * state goes to /var/lib/tandem.
 */
export function defaultStateDirectory(cwd: string, uid: number | undefined): string {
  const state = path.join(cwd, USUAL);
  return uid === 0 && closedFolder(state, null) !== null ? OF_ROOT : state;
}
