import { expect, it } from 'vitest';
import { readPlaywrightReport } from './playwright-report.ts';
import { closingLine, failure, sumResults } from './stage-result.ts';
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
    failures: ['a.test.ts: is failed'],
    skipped: 1,
    skippedBecause: ['a.test.ts: is pending'],
  });
  expect(result.files).toEqual([{ name: 'a.test.ts', seconds: 2 }]);
});

it('counts a file that broke before its first test as a failure', () => {
  expect(vitest(vitestFile('failed', []))).toMatchObject({
    passed: 0,
    failures: ['a.test.ts'],
  });
});

it('counts nested suites of the browser, and a flaky test as failed', () => {
  expect(playwright(['expected', 'flaky', 'unexpected', 'skipped'])).toMatchObject({
    passed: 1,
    failures: ['flaky', 'unexpected'],
    skipped: 1,
  });
});

it('counts an error outside of any browser test as a failure', () => {
  expect(playwright(['expected'], [{ message: 'no browser' }])).toMatchObject({
    passed: 1,
    failures: ['the browser run\n    no browser'],
  });
});

it('tells the first lines of why a test failed, without colours', () => {
  const why = ['\u001b[31mexpected 1\u001b[39m', '', 'to be 2', ...Array.from({ length: 20 }, () => 'at x')];
  const told = failure('a.test.ts: adds', why.join('\n')).split('\n');
  expect(told.slice(0, 3)).toEqual(['a.test.ts: adds', '    expected 1', '    to be 2']);
  expect(told).toHaveLength(7);
});

it('closes with one line that machines can read', () => {
  const sum = sumResults([vitest(vitestFile('passed', ['passed'])), playwright(['expected'])]);
  expect(closingLine(sum)).toBe('2 passed, 0 failed');
  expect(closingLine({ ...sum, skipped: 3 })).toBe('2 passed, 0 failed, 3 skipped');
});
