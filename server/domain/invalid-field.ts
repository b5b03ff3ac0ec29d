import { AppError } from '#server/errors/app-error.ts';

/** The refusal of one field: `what` says what is wrong with it, `hint` what to enter instead. */
export function invalidField(field: string, what: string, hint: string): AppError {
  return new AppError('INVALID_INPUT', { message: `${field}: ${what}`, hint, data: { field } });
}

/** The field that a check refuses; null = none. What is not such a refusal is thrown on. */
export function refusedField(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'INVALID_INPUT') return String(thrown.data['field']);
    throw thrown;
  }
}
