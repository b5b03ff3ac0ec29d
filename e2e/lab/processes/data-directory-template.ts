import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { LabHost } from './lab-host.ts';
import { requireProgram } from './run-program.ts';

/** Where a cluster of these properties is kept between runs; equal properties = equal system identifier. */
export function templatePath(cacheDir: string, properties: object): string {
  const key = createHash('sha256').update(JSON.stringify(properties)).digest('hex').slice(0, 16);
  return path.join(cacheDir, `data-${key}`);
}

/** Copies a cleanly stopped data directory of a host into the cache. */
export async function saveTemplate(host: LabHost, dataDirectory: string, template: string): Promise<void> {
  await mkdir(path.dirname(template), { recursive: true });
  const building = await mkdtemp(`${template}-building-`);
  await requireProgram([
    'bash',
    '-o',
    'pipefail',
    '-c',
    '"${@:2}" | tar -C "$1" -xpf -',
    'bash',
    building,
    ...host.command(['tar', '-C', dataDirectory, '-cf', '-', '.']),
  ]);
  // Two runs may build the same template at once: the first one stays.
  await rename(building, template).catch(() => rm(building, { recursive: true, force: true }));
}

/** Lays the template into a host; false when there is none yet. */
export async function layTemplate(host: LabHost, template: string, dataDirectory: string): Promise<boolean> {
  if (!existsSync(template)) return false;
  await requireProgram([
    'bash',
    '-o',
    'pipefail',
    '-c',
    'tar -C "$1" -cf - . | "${@:2}"',
    'bash',
    template,
    ...host.command(['tar', '-C', dataDirectory, '-xpf', '-']),
  ]);
  return true;
}
