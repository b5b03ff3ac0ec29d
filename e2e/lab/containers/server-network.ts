import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import type { ContainerEngine } from './container-engine.ts';

const LAST_NETWORK = 250;

/** A network of one lab, 10.78.N.0/24; this machine is its first address. */
export async function createServerNetwork(
  engine: ContainerEngine,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<{ gateway: string; address(index: number): string; remove(): Promise<void> }> {
  const { stdout } = await requireProgram(['ip', '-4', '-o', 'addr', 'show'], { elevated: false });
  const labelled = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  let complaint = '';
  for (let number = 1; number <= LAST_NETWORK; number += 1) {
    if (stdout.includes(` 10.78.${number}.`)) continue;
    const gateway = `10.78.${number}.1`;
    const range = ['--subnet', `10.78.${number}.0/24`, '--gateway', gateway];
    const created = await engine.run(['network', 'create', ...range, ...labelled, name]);
    if (created.exitCode === 0) {
      return {
        gateway,
        address: (index) => `10.78.${number}.${11 + index}`,
        remove: async () => void (await engine.run(['network', 'rm', name])),
      };
    }
    complaint = created.stderr.trim();
    if (!/overlaps|exists/.test(complaint)) break;
  }
  throw new Error(`no network for practice servers: ${complaint}`);
}
