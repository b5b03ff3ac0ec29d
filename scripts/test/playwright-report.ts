import { z } from 'zod';
import { emptyResult, failure, type StageResult } from './stage-result.ts';

const zError = z.object({ message: z.string().optional() });
const zTest = z.object({
  status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
  results: z.array(z.object({ duration: z.number(), errors: z.array(zError).optional() })),
});
interface Suite {
  file?: string | undefined;
  title: string;
  specs: { title: string; tests: z.infer<typeof zTest>[] }[];
  suites?: Suite[] | undefined;
}
const zSuite: z.ZodType<Suite> = z.lazy(() =>
  z.object({
    file: z.string().optional(),
    title: z.string(),
    specs: z.array(z.object({ title: z.string(), tests: z.array(zTest) })),
    suites: z.array(zSuite).optional(),
  }),
);
const zReport = z.object({ suites: z.array(zSuite), errors: z.array(zError) });

/** Counts a report of Playwright's JSON reporter. There are no retries, so a flaky test is a failed one. */
export function readPlaywrightReport(json: string): StageResult {
  const { suites, errors } = zReport.parse(JSON.parse(json));
  const result = emptyResult();
  result.failures.push(...errors.map(({ message }) => failure('the browser run', message ?? '')));
  for (const suite of suites) {
    const tests = testsOf(suite);
    const milliseconds = tests
      .flatMap(({ test }) => test.results)
      .reduce((sum, { duration }) => sum + duration, 0);
    result.files.push({ name: `e2e/browser/${suite.file ?? suite.title}`, seconds: milliseconds / 1000 });
    for (const { title, test } of tests) count(result, title, test);
  }
  return result;
}

function testsOf(suite: Suite): { title: string; test: z.infer<typeof zTest> }[] {
  const own = suite.specs.flatMap((spec) => spec.tests.map((test) => ({ title: spec.title, test })));
  return [...own, ...(suite.suites ?? []).flatMap(testsOf)];
}

function count(result: StageResult, title: string, { status, results }: z.infer<typeof zTest>): void {
  if (status === 'expected') result.passed++;
  else if (status === 'skipped') {
    result.skipped++;
    result.skippedBecause.push(title);
  } else {
    const errors = results.flatMap((each) => each.errors ?? []);
    result.failures.push(failure(title, errors.map(({ message }) => message ?? '').join('\n')));
  }
}
