/**
 * Random operations on practice hosts with random faults inside them; the promises are looked at after
 * each. `npm run chaos -- [--runs 50] [--seed S] [--lab=containers|processes]` prints the seed and a table of
 * what really fired. On containers the hosts are whole servers, which reboot and lose their power.
 */
import { parseArgs } from 'node:util';
import { numberOption, printTable } from '#bench/report.ts';
import { chooseLab, readLab } from '#e2e/lab/demo/choose-lab.ts';
import { openProcessPair } from './open-process-pair.ts';
import { openServerPair } from './open-server-pair.ts';
import { Random } from './random.ts';
import { openChaos, type ChaosRow } from './run-chaos.ts';

const runs = numberOption('runs', 50);
const seed = numberOption('seed', Math.floor(Math.random() * 2 ** 31) + 1);
const { values } = parseArgs({ options: { lab: { type: 'string', default: 'processes' } }, strict: false });
const lab = await chooseLab(readLab(String(values.lab)));
process.stdout.write(`seed ${seed}, ${runs} runs on ${lab}\n`);
const chaos = await openChaos(lab === 'containers' ? openServerPair : openProcessPair);
const random = new Random(seed);
const rows: ChaosRow[] = [];
try {
  for (let n = 1; n <= runs; n += 1) {
    const r = await chaos.run(random, seed, n);
    rows.push(r);
    process.stdout.write(
      `${n}: ${r.kind}, ${r.fault} at ${r.step}${r.fired ? '' : ` (not fired: ${r.missed ?? ''})`}: ${r.status}, ${r.lost} lost\n`,
    );
  }
} finally {
  await chaos.stop();
}
const counts = new Map<string, number>();
for (const r of rows.filter((x) => x.fired)) {
  const key = `${r.fault}|${r.kind}|${r.step}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
printTable(
  ['fault', 'operation', 'step', 'times'],
  [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, n]) => [...key.split('|'), n]),
);
const fired = rows.filter((r) => r.fired).length;
process.stdout.write(`${fired} of ${rows.length} runs had their fault inside the operation\n`);
if (fired < rows.length * 0.8) process.exitCode = 1;
