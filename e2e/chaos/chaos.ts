/**
 * Random operations on practice hosts with random faults inside them; the promises are looked at after
 * each. `npm run chaos -- [--runs 50] [--seed S]` prints the seed and a table of what really fired.
 */
import { numberOption, printTable } from '#bench/report.ts';
import { runChaos } from './run-chaos.ts';

const runs = numberOption('runs', 50);
const seed = numberOption('seed', Math.floor(Math.random() * 2 ** 31) + 1);
process.stdout.write(`seed ${seed}, ${runs} runs\n`);
const rows = await runChaos({
  runs,
  seed,
  report: (r) =>
    process.stdout.write(
      `${r.n}: ${r.kind}, ${r.fault} at ${r.step}${r.fired ? '' : ' (not fired)'}: ${r.status}, ${r.lost} lost\n`,
    ),
});
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
