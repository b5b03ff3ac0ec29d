import { expect, it } from 'vitest';
import { logAsText, logTime } from './log-text.ts';

it('writes times relative to the start and never before it', () => {
  expect(logTime(125_340, 0)).toBe('+02:05.3');
  expect(logTime(0, 5_000)).toBe('+00:00.0');
});

it('gives every line of the download its time, step and stream', () => {
  const lines = [{ seq: 1, stepName: 'copy', atMs: 1_000, stream: 'stdout' as const, text: 'hello' }];
  expect(logAsText(lines, 0)).toBe('1970-01-01T00:00:01.000Z +00:01.0 copy stdout hello');
});
