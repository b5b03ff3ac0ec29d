import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import { CACHE_DIRECTORY, type ContainerEngine } from './container-engine.ts';
import { SUITES, type DebianSuite } from './debian-suite.ts';

const PULL_MS = 60_000;
const BUILD_MS = 900_000;

/**
 * Debian without anything, from a registry where one answers, else made by debootstrap and kept as an
 * archive. Answers the name to build upon.
 */
async function ensureBaseImage(engine: ContainerEngine, suite: DebianSuite): Promise<string> {
  const { codename, published } = suite;
  const base = `tandem-practice/base:${codename}`;
  if (await hasImage(engine, base)) return base;
  const pulled = await engine.run(['pull', '-q', published], { timeoutMs: PULL_MS }).catch(() => null);
  if (pulled?.exitCode === 0) {
    await engine.require(['tag', published, base]);
    return base;
  }
  const archive = path.join(CACHE_DIRECTORY, `containers/${codename}.tar`);
  if (!existsSync(archive)) await bootstrapDebian(codename, archive);
  await engine.require(['import', archive, base], { timeoutMs: BUILD_MS });
  return base;
}

async function bootstrapDebian(codename: string, archive: string): Promise<void> {
  const folder = `${archive}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  try {
    await requireProgram(['debootstrap', '--variant=minbase', codename, folder], { timeoutMs: BUILD_MS });
    await requireProgram(['tar', '-C', folder, '-cf', `${archive}.new`, '.'], { timeoutMs: BUILD_MS });
    await rename(`${archive}.new`, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The image that a folder with a Dockerfile describes, built upon plain Debian (build arguments BASE and
 * PG_MAJOR) unless one of exactly this recipe is there. Answers its tag, `tandem-practice/NAME:SUITE-HASH`.
 */
export async function ensureImage(
  engine: ContainerEngine,
  name: string,
  folder: string,
  suite: DebianSuite = SUITES.bookworm,
): Promise<string> {
  const image = `tandem-practice/${name}:${suite.codename}-${await hashOf(folder)}`;
  if (await hasImage(engine, image)) return image;
  const base = await ensureBaseImage(engine, suite);
  const args = [`BASE=${base}`, `PG_MAJOR=${suite.postgresMajor}`].flatMap((arg) => ['--build-arg', arg]);
  // The machine's network: an engine of our own has none that leads out.
  await engine.require(['build', '-q', '--network', 'host', ...args, '-t', image, folder], {
    timeoutMs: BUILD_MS,
    env: { DOCKER_BUILDKIT: '0' },
  });
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
