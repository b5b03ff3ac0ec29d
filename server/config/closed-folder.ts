import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

export interface OsUser {
  uid: number;
  gid: number;
}

/**
 * The first folder on the way to `target` that the user may not pass; null = none. Without a user it is
 * asked for anybody else; folders that are not there yet are open.
 */
export function closedFolder(target: string, user: OsUser | null): string | null {
  return parentsOf(target).find((folder) => existsSync(folder) && !mayPass(folder, user)) ?? null;
}

/** From the root on. */
function parentsOf(target: string): string[] {
  const parent = path.dirname(target);
  return parent === target ? [] : [...parentsOf(parent), parent];
}

function mayPass(folder: string, user: OsUser | null): boolean {
  const { uid, gid, mode } = statSync(folder);
  if (uid === user?.uid) return (mode & 0o100) !== 0;
  if (gid === user?.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
