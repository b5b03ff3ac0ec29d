import { fileURLToPath } from 'node:url';
import type { ContainerEngine } from './container-engine.ts';
import { ensureImage } from './container-image.ts';
import type { ServerHost } from './server-host.ts';

const RECIPE = fileURLToPath(new URL('./postgres-image', import.meta.url));
const OFFICIAL = 'postgres:15';
const PULL_MS = 120_000;

/**
 * The official image where a registry answers, else one of our own behind the same contract. Answers its
 * name in the lab's engine.
 */
async function ensurePostgresImage(engine: ContainerEngine): Promise<string> {
  const there = await engine.run(['image', 'inspect', OFFICIAL]);
  if (there.exitCode === 0) return OFFICIAL;
  const pulled = await engine.run(['pull', '-q', OFFICIAL], { timeoutMs: PULL_MS }).catch(() => null);
  return pulled?.exitCode === 0 ? OFFICIAL : ensureImage(engine, 'postgres', RECIPE);
}

/** Gives hosts the image `postgres:15`, each for its own engine. */
export async function loadPostgresImage(
  engine: ContainerEngine,
  hosts: readonly ServerHost[],
): Promise<void> {
  const image = await ensurePostgresImage(engine);
  for (const host of hosts) {
    await host.loadImage(image);
    await host.require(['docker', 'tag', image, OFFICIAL]);
  }
}
