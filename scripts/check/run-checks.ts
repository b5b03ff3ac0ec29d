import { CHECKS, type Check } from './checks.ts';

const AT_A_TIME = 2;

export interface CheckCounts {
  passed: number;
  /** Names of the checks that failed. */
  failed: string[];
}

/** Runs every check, two at a time, and prints each result as it comes. */
export async function runChecks(checks: readonly Check[] = CHECKS): Promise<CheckCounts> {
  const waiting = [...checks];
  const counts: CheckCounts = { passed: 0, failed: [] };
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (await runOne(check)) counts.passed++;
      else counts.failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return counts;
}

async function runOne(check: Check): Promise<boolean> {
  const start = performance.now();
  const { ok, output } = await check.run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✗'} ${check.name} (${seconds} s)`);
  if (!ok) console.log(`  guards: ${check.guards}\n${output.replace(/^/gm, '  ')}\n`);
  return ok;
}
