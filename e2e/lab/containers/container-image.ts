import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import { CACHE_DIRECTORY, type ContainerEngine } from './container-engine.ts';

const BASE_IMAGE = 'tandem-practice/base:bookworm';
const PULL_MS = 60_000;
const BUILD_MS = 900_000;

/**
 * Debian 12 without anything, from a registry where one answers, else made by debootstrap and kept as an
 * archive. Answers the name to build upon.
 */
async function ensureBaseImage(engine: ContainerEngine): Promise<string> {
  if (await hasImage(engine, BASE_IMAGE)) return BASE_IMAGE;
  const published = 'debian:bookworm-slim';
  const pulled = await engine.run(['pull', '-q', published], { timeoutMs: PULL_MS }).catch(() => null);
  if (pulled?.exitCode === 0) {
    await engine.require(['tag', published, BASE_IMAGE]);
    return BASE_IMAGE;
  }
  const archive = path.join(CACHE_DIRECTORY, 'containers/bookworm.tar');
  if (!existsSync(archive)) await bootstrapDebian(archive);
  await engine.require(['import', archive, BASE_IMAGE], { timeoutMs: BUILD_MS });
  return BASE_IMAGE;
}

async function bootstrapDebian(archive: string): Promise<void> {
  const folder = `${archive}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  try {
    await requireProgram(['debootstrap', '--variant=minbase', 'bookworm', folder], { timeoutMs: BUILD_MS });
    await requireProgram(['tar', '-C', folder, '-cf', `${archive}.new`, '.'], { timeoutMs: BUILD_MS });
    await rename(`${archive}.new`, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The image that a folder with a Dockerfile describes, built upon plain Debian (build argument BASE) unless
 * one of exactly this recipe is there. Answers its tag, `tandem-practice/NAME:HASH`.
 */
export async function ensureImage(engine: ContainerEngine, name: string, folder: string): Promise<string> {
  const image = `tandem-practice/${name}:${await hashOf(folder)}`;
  if (await hasImage(engine, image)) return image;
  const base = await ensureBaseImage(engine);
  // The machine's network: an engine of our own has none that leads out.
  await engine.require(
    ['build', '-q', '--network', 'host', '--build-arg', `BASE=${base}`, '-t', image, folder],
    {
      timeoutMs: BUILD_MS,
      env: { DOCKER_BUILDKIT: '0' },
    },
  );
  return image;
}

async function hasImage(engine: ContainerEngine, image: string): Promise<boolean> {
  return (await engine.run(['image', 'inspect', image])).exitCode === 0;
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((e) => e.isFile()).map((e) => path.join(e.parentPath, e.name));
  for (const file of files.sort()) {
    hash.update(`${path.relative(folder, file)}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 12);
}
