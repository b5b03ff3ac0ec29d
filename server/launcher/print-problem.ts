import { AppError } from '#server/errors/app-error.ts';

/** Says on standard error what is wrong and what to do; a stack only for what nobody foresaw. */
export function printProblem(error: unknown): void {
  if (!(error instanceof AppError)) {
    console.error(error);
    return;
  }
  const { code, message, detail, hint } = error;
  console.error(
    ['', `Tandem cannot start: ${message} (${code})`, detail, hint, '']
      .filter((line) => line !== undefined)
      .join('\n'),
  );
}
