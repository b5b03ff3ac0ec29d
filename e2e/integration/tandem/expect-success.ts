import { expect } from 'vitest';
import type { StreamingPair } from './streaming-pair.ts';

/** Makes one change of a pair, prints what each step took and said, and expects that it succeeded. */
export async function expectSuccess(
  pair: Pick<StreamingPair, 'change'>,
  ...[kind, request]: Parameters<StreamingPair['change']>
): Promise<void> {
  const startedAt = performance.now();
  const run = await pair.change(kind, request);
  const told = run.steps.map((s) => {
    const ms = (s.finishedAtMs ?? 0) - (s.startedAtMs ?? 0);
    return `${s.name} ${ms} ms ${s.fact?.en ?? s.state}`;
  });
  process.stdout.write(`${kind}: ${Math.round(performance.now() - startedAt)} ms (${told.join('; ')})\n`);
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
}
