import { AppError } from '#server/errors/app-error.ts';

/** Turns one kind of refusal into an answer. */
export async function unless<T, U>(
  code: AppError['code'],
  answer: (thrown: AppError) => U,
  work: Promise<T>,
): Promise<T | U> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === code) return answer(thrown);
    throw thrown;
  }
}
