import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { usualEngineAnswers } from '#e2e/lab/containers/container-engine.ts';

const LABS = ['containers', 'processes'] as const;
export type DemoLab = (typeof LABS)[number];

const boot = path.resolve(import.meta.dirname, '../../../scripts/boot.cjs');

/** The value of `--lab`; null = none was given. */
export function readLab(value: string | undefined): DemoLab | null {
  const lab = LABS.find((one) => one === value);
  if (value !== undefined && lab === undefined)
    throw new Error(`--lab=${value}: choose ${LABS.join(' or ')}, or leave it out`);
  return lab ?? null;
}

/** Whole servers where a Docker engine answers. Who asks for them gets the packages that they need as well. */
export async function chooseLab(wanted: DemoLab | null): Promise<DemoLab> {
  const lab = wanted ?? ((await usualEngineAnswers()) ? 'containers' : 'processes');
  if (lab === 'containers') {
    const { status } = spawnSync(process.execPath, [boot, '--need=containers'], { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  return lab;
}
