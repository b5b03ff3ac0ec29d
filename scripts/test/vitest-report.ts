import { z } from 'zod';
import { emptyResult, failure, type StageResult } from './stage-result.ts';

const zReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** Counts a report of vitest's JSON reporter. A file that broke before its tests is a failure. */
export function readVitestReport(json: string, root: string): StageResult {
  const result = emptyResult();
  for (const file of zReport.parse(JSON.parse(json)).testResults) {
    const name = file.name.replace(`${root}/`, '');
    result.files.push({ name, seconds: Math.max(0, file.endTime - file.startTime) / 1000 });
    const of = (...statuses: string[]) =>
      file.assertionResults.filter((test) => statuses.includes(test.status));
    const failed = of('failed').map((test) =>
      failure(`${name}: ${test.fullName}`, (test.failureMessages ?? []).join('\n')),
    );
    result.passed += of('passed').length;
    if (failed.length === 0 && file.status === 'failed') failed.push(failure(name, file.message ?? ''));
    result.failures.push(...failed);
    const skipped = of('skipped', 'pending', 'todo', 'disabled');
    result.skipped += skipped.length;
    result.skippedBecause.push(...skipped.map((test) => `${name}: ${test.fullName}`));
  }
  return result;
}
