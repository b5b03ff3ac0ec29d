import { expect, it, vi } from 'vitest';
import { AppError, toAppError } from './app-error.ts';

it('is recognised across copies of its module, as bundlers make them', async () => {
  vi.resetModules();
  const copy = await import('./app-error.ts');
  const thrown = new copy.AppError('NOT_FOUND', { message: 'there is no pair' });
  expect(copy.AppError).not.toBe(AppError);
  expect(thrown).toBeInstanceOf(AppError);
  expect(toAppError(thrown)).toBe(thrown);
});

it('takes no other error for its own', () => {
  expect(new Error('x')).not.toBeInstanceOf(AppError);
  expect(null).not.toBeInstanceOf(AppError);
  expect(toAppError(new Error('x'))).toMatchObject({ code: 'ASSERTION', message: 'unexpected error: x' });
});

it('takes no other error for one of a subclass', () => {
  class Special extends AppError {}
  const problem = { message: 'there is no pair' };
  expect(new AppError('NOT_FOUND', problem)).not.toBeInstanceOf(Special);
  expect(new Special('NOT_FOUND', problem)).toBeInstanceOf(Special);
  expect(new Special('NOT_FOUND', problem)).toBeInstanceOf(AppError);
});
