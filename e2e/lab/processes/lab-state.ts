import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { removeNetwork } from './lab-network.ts';

const STATE_FILE = 'lab.json';

/** What a later start needs to clear up after a lab whose process was killed. */
const zLabState = z.object({
  /** Process of the lab and its start time from /proc, so that a reused number is not mistaken for it. */
  ownerPid: z.number(),
  ownerStartTicks: z.string(),
  /** Null for hosts on loopback addresses. */
  bridge: z.string().nullable(),
});
export type LabState = z.infer<typeof zLabState>;

export async function writeLabState(dir: string, bridge: string | null): Promise<void> {
  const state: LabState = {
    ownerPid: process.pid,
    ownerStartTicks: (await startTicks(process.pid)) ?? '',
    bridge,
  };
  await writeFile(path.join(dir, STATE_FILE), `${JSON.stringify(state)}\n`);
}

/**
 * Removes what a killed lab left in `dir`. Its hosts died with it (they hold a pipe of its process);
 * the bridge and the files did not. Throws when the lab still runs.
 */
export async function removeStaleLab(dir: string): Promise<void> {
  const text = await readFile(path.join(dir, STATE_FILE), 'utf8').catch(() => null);
  if (text !== null) {
    const state = zLabState.parse(JSON.parse(text));
    const alive = await startTicks(state.ownerPid);
    if (alive !== null && alive === state.ownerStartTicks && state.ownerPid !== process.pid) {
      throw new Error(`a lab runs in ${dir} already (process ${state.ownerPid})`);
    }
    if (state.bridge !== null) await removeNetwork(state.bridge);
  }
  await rm(path.join(dir, 'hosts'), { recursive: true, force: true });
  await rm(path.join(dir, STATE_FILE), { force: true });
}

/**
 * Start time of a living process in clock ticks since boot (field 22 of /proc/PID/stat); null when it
 * is gone, or dead and only not yet collected by its parent.
 */
export async function startTicks(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}
