import { fileURLToPath } from 'node:url';
import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import type { ContainerEngine } from './container-engine.ts';
import { ensureImage } from './container-image.ts';
import type { ServerHost } from './server-host.ts';

const IMAGE_FOLDER = fileURLToPath(new URL('./package-image', import.meta.url));
const FOLDER = '/srv/packages';
const COPY_MS = 120_000;

export const ensurePackageImage = (engine: ContainerEngine): Promise<string> =>
  ensureImage(engine, 'packages', IMAGE_FOLDER);

/** Gives a host a package repository of its own, in place of the one that it cannot reach. */
export async function addPackageRepository(engine: ContainerEngine, host: ServerHost): Promise<void> {
  const image = await ensurePackageImage(engine);
  const from = engine.command([
    'run',
    '--rm',
    '--network',
    'none',
    image,
    'tar',
    '-C',
    '/packages',
    '-c',
    '.',
  ]);
  const to = host.command(['sh', '-c', `mkdir -p ${FOLDER} && tar -C ${FOLDER} -x`]);
  const script = 'set -o pipefail; n=$1; shift; "${@:1:$n}" | "${@:$((n + 1))}"';
  await requireProgram(['bash', '-c', script, 'bash', String(from.length), ...from, ...to], {
    elevated: false,
    timeoutMs: COPY_MS,
  });
  await host.writeFile('/etc/apt/sources.list', `deb [trusted=yes] file:${FOLDER} ./\n`);
}
