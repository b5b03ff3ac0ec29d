/** What a stage of the test run came to. */
export interface StageResult {
  passed: number;
  failed: number;
  skipped: number;
  /** Why something was skipped, for people; each is counted in `skipped`. */
  skippedBecause: string[];
  files: { name: string; seconds: number }[];
}

export function emptyResult(): StageResult {
  return { passed: 0, failed: 0, skipped: 0, skippedBecause: [], files: [] };
}

/** A stage that could not run at all is one failure. */
export function brokenStage(reason: string): StageResult {
  console.error(reason);
  return { ...emptyResult(), failed: 1 };
}

export function sumResults(results: readonly StageResult[]): StageResult {
  return results.reduce(
    (sum, result) => ({
      passed: sum.passed + result.passed,
      failed: sum.failed + result.failed,
      skipped: sum.skipped + result.skipped,
      skippedBecause: [...sum.skippedBecause, ...result.skippedBecause],
      files: [...sum.files, ...result.files],
    }),
    emptyResult(),
  );
}

/** `N passed, N failed` with `, N skipped` only when there are any. */
export function closingLine(result: StageResult): string {
  const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
  return `${result.passed} passed, ${result.failed} failed${skipped}`;
}
