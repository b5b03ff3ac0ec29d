import { AppError } from '#server/errors/app-error.ts';

/** The code of the error that a promise ends with; null when it succeeds. */
export async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : String(thrown);
  }
}
