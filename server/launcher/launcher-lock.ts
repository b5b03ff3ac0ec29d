import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#server/errors/app-error.ts';

/**
 * Makes sure that only one launcher works on a state directory; returns how to give it back.
 * Rejects IN_USE naming the other process. A file that a killed launcher left is replaced.
 */
export function lockStateDirectory(stateDirectory: string): () => void {
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const file = path.join(stateDirectory, 'launcher.pid');
  const mine = `${process.pid} ${startTimeOf(process.pid) ?? ''}\n`;
  for (let attempt = 0; !writeExclusively(file, mine); attempt++) {
    const holder = readHolder(file);
    if (holder !== null || attempt > 1) throw inUse(stateDirectory, holder);
    rmSync(file, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function writeExclusively(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock; null = it is gone. The start time tells it from a later process of that number. */
function readHolder(file: string): number | null {
  const [pid = '', started = ''] = readFileSync(file, 'utf8').trim().split(' ');
  const number = Number(pid);
  if (!Number.isInteger(number) || number < 2) return null;
  const startedNow = startTimeOf(number);
  return startedNow !== null && (started === '' || started === startedNow) ? number : null;
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot; '' where there is no /proc; null = no such process. */
function startTimeOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function inUse(stateDirectory: string, holder: number | null): AppError {
  return new AppError('IN_USE', {
    message: `another Tandem runs on ${stateDirectory}${holder === null ? '' : ` (process ${holder})`}`,
    hint: 'Stop it first, or give this one a state directory and ports of its own (TANDEM_STATE_DIR, TANDEM_PORT, TANDEM_WORKER_HEALTH_PORT).',
  });
}
