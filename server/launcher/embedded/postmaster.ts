import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddedLayout } from './layout.ts';

/** Process id of the postmaster that runs on our data directory; null = none does. */
export function findPostmaster(layout: EmbeddedLayout): number | null {
  const pid = readPid(pidFile(layout));
  return pid !== null && worksIn(pid, layout.data) ? pid : null;
}

/**
 * Removes a postmaster.pid whose number belongs by now to another program: PostgreSQL would refuse
 * to start. One whose process is gone stays, because it leads PostgreSQL to the shared memory that
 * orphaned backends may still use.
 */
export function removeForeignPidFile(layout: EmbeddedLayout): void {
  const pid = readPid(pidFile(layout));
  if (pid !== null && isAlive(pid) && !worksIn(pid, layout.data)) rmSync(pidFile(layout), { force: true });
}

const pidFile = (layout: EmbeddedLayout) => path.join(layout.data, 'postmaster.pid');

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A postmaster's working directory is its data directory; without /proc the number must do. */
function worksIn(pid: number, data: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    return process.platform !== 'linux' && isAlive(pid);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
