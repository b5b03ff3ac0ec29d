/** What a stage of the test run came to. */
export interface StageResult {
  passed: number;
  /** One text per failure: where, which, and the first lines of why. */
  failures: string[];
  skipped: number;
  /** Why something was skipped, for people; each is counted in `skipped`. */
  skippedBecause: string[];
  files: { name: string; seconds: number }[];
}

export function emptyResult(): StageResult {
  return { passed: 0, failures: [], skipped: 0, skippedBecause: [], files: [] };
}

/** A stage that could not run at all is one failure. */
export function brokenStage(reason: string): StageResult {
  console.error(reason);
  return { ...emptyResult(), failures: [reason] };
}

export function sumResults(results: readonly StageResult[]): StageResult {
  return results.reduce(
    (sum, result) => ({
      passed: sum.passed + result.passed,
      failures: [...sum.failures, ...result.failures],
      skipped: sum.skipped + result.skipped,
      skippedBecause: [...sum.skippedBecause, ...result.skippedBecause],
      files: [...sum.files, ...result.files],
    }),
    emptyResult(),
  );
}

const LINES_OF_WHY = 6;

/** A failure as the closing summary tells it; the tail of a log has to be enough to know what broke. */
export function failure(where: string, why: string): string {
  // A colour code of the runner would break the summary in a plain log.
  const plain = why.replace(/\u001b\[[0-9;]*m/g, '');
  const lines = plain.split('\n').filter((line) => line.trim() !== '');
  return [where, ...lines.slice(0, LINES_OF_WHY).map((line) => `    ${line.trimEnd()}`)].join('\n');
}

/** `N passed, N failed` with `, N skipped` only when there are any. */
export function closingLine(result: StageResult): string {
  const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
  return `${result.passed} passed, ${result.failures.length} failed${skipped}`;
}
