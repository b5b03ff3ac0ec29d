import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { OsUser } from '#server/config/closed-folder.ts';

/** Where the embedded database keeps its things, all below `<state directory>/postgres`. */
export interface EmbeddedLayout {
  base: string;
  data: string;
  /** An initdb in progress; renamed to `data` when it is complete. */
  newData: string;
  /** Unix socket directory: the database has no TCP port at all. */
  sockets: string;
  passwordFile: string;
  log: string;
}

/** A unix socket's path may have 107 bytes; `.s.PGSQL.5432.lock` is the longest name in it. */
const MAX_SOCKET_DIRECTORY = 107 - '/.s.PGSQL.5432.lock'.length;

/** Makes the folders, 0700 and owned by the database's OS user, and returns their paths. */
export function ensureEmbeddedLayout(stateDirectory: string, user: OsUser | undefined): EmbeddedLayout {
  // Root's state directory must let the database user pass; what is in it stays closed one by one.
  mkdirSync(stateDirectory, { recursive: true });
  chmodSync(stateDirectory, user ? 0o711 : 0o700);
  const base = path.join(stateDirectory, 'postgres');
  const layout: EmbeddedLayout = {
    base,
    data: path.join(base, 'data'),
    newData: path.join(base, 'data.new'),
    sockets: socketDirectory(base),
    passwordFile: path.join(base, 'password'),
    log: path.join(base, 'start.log'),
  };
  for (const folder of [layout.base, layout.sockets]) ensureOwnFolder(folder, user);
  return layout;
}

function socketDirectory(base: string): string {
  const inside = path.join(base, 'sockets');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_DIRECTORY) return inside;
  const hash = createHash('sha256').update(base).digest('hex').slice(0, 16);
  return path.join(os.tmpdir(), `tandem-${hash}`);
}

function ensureOwnFolder(folder: string, user: OsUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
}
