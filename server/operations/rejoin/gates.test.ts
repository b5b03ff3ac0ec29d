import { expect, it } from 'vitest';
import { CHANGE_INPUT } from '#server/testing/fake-world/fake-change-world.ts';
import { REJOIN_GATES } from './gates.ts';
import { parseRejoinInput } from './input.ts';
import type { RejoinObservation } from './look.ts';

const INPUT = parseRejoinInput({
  ...CHANGE_INPUT,
  way: 'rewind',
  fork: { timeline: 1, lsn: '0/3000060' },
  diverged: true,
  walSegmentBytes: 16 * 1024 ** 2,
  keptIn: '/data/kept',
  buildIn: '/data/new',
  asideTo: '/data/old',
  databaseBytes: 1,
});

/** A server that runs and has not answered for so long. */
const silent = (silentMs: number | null): RejoinObservation => ({
  takenAtMs: 1,
  names: { old: 'db1', next: 'db2' },
  next: null,
  nextFailure: null,
  old: {
    state: 'running',
    control: null,
    position: null,
    silentMs,
    segmentTimeline: null,
    streams: false,
    disk: { freeBytes: 1, totalBytes: 1 },
  },
  oldFailure: null,
  fenceOwed: false,
  relation: null,
});

const stateOf = (code: string, observation: RejoinObservation) =>
  REJOIN_GATES.flatMap((gate) => gate(observation, INPUT)).find((g) => g.code === code)?.state;
const settled = (silentMs: number | null) => stateOf('old-is-settled', silent(silentMs));

it('chooses no way for a server that has just been started, and waits for none that never answers', () => {
  expect(settled(2_000)).toBe('blocking');
  expect(settled(61_000)).toBe('ok');
  expect(settled(null)).toBe('ok');
});

it('chooses no way for a server that is about to be stopped by its owed fence', () => {
  expect(stateOf('old-fence-is-set', { ...silent(null), fenceOwed: true })).toBe('blocking');
  expect(stateOf('old-fence-is-set', silent(null))).toBe('ok');
});
