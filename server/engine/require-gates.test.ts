import { expect, it } from 'vitest';
import { AppError } from '#server/errors/app-error.ts';
import type { GateResult } from '#server/domain/plan.ts';
import { requireGates } from './run-step.ts';

const unknown = (code: string, why: string): GateResult => ({
  code,
  state: 'unknown',
  server: 'db2',
  title: { en: code, de: code },
  detail: { en: why, de: why },
  fix: null,
  measuredAtMs: 0,
});

it('says once what is the reason of many gates, and names every gate', () => {
  const gates = [unknown('answers', 'no answer'), unknown('streams', 'silent'), unknown('lags', 'silent')];
  const failed = () => requireGates([() => gates], null, null);
  expect(failed).toThrow(AppError);
  expect(failed).toThrow(
    expect.objectContaining({ message: 'answers; streams; lags', detail: 'no answer; silent' }),
  );
});
