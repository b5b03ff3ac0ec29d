import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { startTicks } from '#e2e/lab/processes/lab-state.ts';
import { requireProgram, runProgram } from '#e2e/lab/processes/run-program.ts';
import { CACHE_DIRECTORY } from './container-engine.ts';

const DISKS = path.join(CACHE_DIRECTORY, 'disks');

/** Why hosts cannot have disks of a size of their own here; null where they can. */
export function limitedDiskUnavailable(): string | null {
  if (process.getuid?.() !== 0) return 'disks of limited size are file systems that only root may mount';
  return existsSync('/dev/loop-control') ? null : 'disks of limited size need loop devices';
}

/** A file system of its own for one host, on this machine; survives the host's reboots. */
export interface LimitedDisk {
  /** Where it is mounted on this machine. */
  folder: string;
  remove(): Promise<void>;
}

/** Makes and mounts an ext4 of `mib` MiB. Root alone may. */
export async function makeLimitedDisk(name: string, mib: number): Promise<LimitedDisk> {
  const owner = `${process.pid}-${(await startTicks(process.pid)) ?? ''}`;
  const folder = path.join(DISKS, `${owner}-${name}`);
  const image = `${folder}.img`;
  await mkdir(folder, { recursive: true });
  try {
    await requireProgram(['truncate', '-s', `${mib}M`, image]);
    await requireProgram(['mkfs.ext4', '-q', '-F', '-m', '0', image]);
    await requireProgram(['mount', '-o', 'loop', image, folder]);
  } catch (thrown) {
    await removeDisk(folder);
    throw thrown;
  }
  return { folder, remove: () => removeDisk(folder) };
}

/** Disks of labs whose processes were killed. */
export async function removeStaleDisks(): Promise<void> {
  const names = existsSync(DISKS) ? await readdir(DISKS) : [];
  for (const name of names.filter((each) => !each.endsWith('.img'))) {
    const [pid = '', ticks = ''] = name.split('-');
    if ((await startTicks(Number(pid))) !== ticks) await removeDisk(path.join(DISKS, name));
  }
}

async function removeDisk(folder: string): Promise<void> {
  const unmounted = await runProgram(['umount', folder]);
  // Never through a mount that holds: the files below would be a living host's.
  if (unmounted.exitCode !== 0 && !/not mounted|no mount point/.test(unmounted.stderr)) return;
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}.img`, { force: true });
}
