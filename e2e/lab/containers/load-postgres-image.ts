import { fileURLToPath } from 'node:url';
import type { ContainerEngine } from './container-engine.ts';
import { ensureImage } from './container-image.ts';
import type { DebianSuite } from './debian-suite.ts';
import type { ServerHost } from './server-host.ts';

const RECIPE = fileURLToPath(new URL('./postgres-image', import.meta.url));
const PULL_MS = 120_000;

/**
 * The official image where a registry answers, else one of our own behind the same contract. Answers its
 * name in the lab's engine.
 */
export async function ensurePostgresImage(engine: ContainerEngine, suite: DebianSuite): Promise<string> {
  const official = officialName(suite);
  const there = await engine.run(['image', 'inspect', official]);
  if (there.exitCode === 0) return official;
  const pulled = await engine.run(['pull', '-q', official], { timeoutMs: PULL_MS }).catch(() => null);
  return pulled?.exitCode === 0 ? official : ensureImage(engine, 'postgres', RECIPE, suite);
}

/** `postgres:15` on Debian 12: the major version that comes with each suite. */
export const officialName = ({ postgresMajor }: DebianSuite): string => `postgres:${postgresMajor}`;

/** Gives hosts the image of their suite’s major version, each for its own engine. */
export async function loadPostgresImage(
  engine: ContainerEngine,
  hosts: readonly ServerHost[],
): Promise<void> {
  for (const host of hosts) {
    const image = await ensurePostgresImage(engine, host.suite);
    await host.loadImage(image);
    await host.require(['docker', 'tag', image, officialName(host.suite)]);
  }
}
