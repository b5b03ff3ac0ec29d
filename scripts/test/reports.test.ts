import { expect, it } from 'vitest';
import { readPlaywrightReport } from './playwright-report.ts';
import { closingLine, sumResults } from './stage-result.ts';
import { readVitestReport } from './vitest-report.ts';

const vitestFile = (status: string, assertions: string[]) => ({
  name: '/root/a.test.ts',
  status,
  startTime: 1000,
  endTime: 3000,
  assertionResults: assertions.map((each) => ({ status: each, fullName: `is ${each}` })),
});
const vitest = (...testResults: object[]) => readVitestReport(JSON.stringify({ testResults }), '/root');
const playwright = (statuses: string[], errors: unknown[] = []) => {
  const specs = statuses.map((status) => ({
    title: status,
    tests: [{ status, results: [{ duration: 500 }] }],
  }));
  const suites = [{ file: 'a.spec.ts', title: 'a', specs: [], suites: [{ title: 'inner', specs }] }];
  return readPlaywrightReport(JSON.stringify({ suites, errors }));
};

it('counts what vitest reports, and names what was skipped', () => {
  const result = vitest(vitestFile('failed', ['passed', 'passed', 'failed', 'pending']));
  expect(result).toMatchObject({
    passed: 2,
    failed: 1,
    skipped: 1,
    skippedBecause: ['a.test.ts: is pending'],
  });
  expect(result.files).toEqual([{ name: 'a.test.ts', seconds: 2 }]);
});

it('counts a file that broke before its first test as a failure', () => {
  expect(vitest(vitestFile('failed', []))).toMatchObject({ passed: 0, failed: 1 });
});

it('counts nested suites of the browser, and a flaky test as failed', () => {
  expect(playwright(['expected', 'flaky', 'unexpected', 'skipped'])).toMatchObject({
    passed: 1,
    failed: 2,
    skipped: 1,
  });
});

it('counts an error outside of any browser test as a failure', () => {
  expect(playwright(['expected'], [{}])).toMatchObject({ passed: 1, failed: 1 });
});

it('closes with one line that machines can read', () => {
  const sum = sumResults([vitest(vitestFile('passed', ['passed'])), playwright(['expected'])]);
  expect(closingLine(sum)).toBe('2 passed, 0 failed');
  expect(closingLine({ ...sum, skipped: 3 })).toBe('2 passed, 0 failed, 3 skipped');
});
