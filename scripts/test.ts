import { RUN_STAGE, STAGES, type Stage } from './test/stages.ts';
import { closingLine, sumResults, type StageResult } from './test/stage-result.ts';

const SLOWEST = 10;

/** `npm test [-- --stage=unit,integration]`: all stages in order, one closing line for all. */
async function main(): Promise<void> {
  const results: StageResult[] = [];
  for (const stage of readStages(process.argv.slice(2))) {
    console.log(`\n── ${stage} ${'─'.repeat(60 - stage.length)}`);
    const start = performance.now();
    const result = await RUN_STAGE[stage]();
    console.log(`${stage}: ${closingLine(result)} (${((performance.now() - start) / 1000).toFixed(0)} s)`);
    results.push(result);
  }
  const sum = sumResults(results);
  printSlowest(sum);
  for (const reason of sum.skippedBecause) console.log(`skipped: ${reason}`);
  for (const each of sum.failures) console.log(`failed: ${each}`);
  console.log(closingLine(sum));
  process.exitCode = sum.failures.length === 0 && sum.passed > 0 ? 0 : 1;
}

function readStages(args: string[]): readonly Stage[] {
  const given = args
    .find((arg) => arg.startsWith('--stage='))
    ?.slice('--stage='.length)
    .split(',');
  if (!given) return STAGES;
  const unknown = given.filter((name) => !STAGES.some((stage) => stage === name));
  if (unknown.length > 0)
    throw new Error(`no such stage: ${unknown.join(', ')}; there are ${STAGES.join(', ')}`);
  return STAGES.filter((stage) => given.includes(stage));
}

function printSlowest({ files }: StageResult): void {
  if (files.length === 0) return;
  console.log('\nSlowest test files:');
  const slowest = [...files].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  for (const { name, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(8)} s  ${name}`);
  console.log('');
}

await main();
