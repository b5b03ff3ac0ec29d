import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '#server/engine/assert-well-formed.ts';
import type { SlotSample } from '#server/domain/node-sample.ts';
import { cellsOf, runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { FakePairWorld } from '#server/testing/fake-world/fake-pair-world.ts';
import type { TestClock } from '#server/testing/test-clock.ts';
import { dropSlot, type DropSlotInput, type SlotWorld } from './drop-slot.ts';
import { plainLocation } from '#server/testing/plain-location.ts';

const SLOT: SlotSample = {
  name: 'left_over',
  type: 'physical',
  active: false,
  restartLsn: '0/3000000',
  walStatus: 'extended',
  retainedBytes: 41 * 1024 ** 3,
  safeWalBytes: null,
};
const INPUT: DropSlotInput = {
  pairId: 'pair-1',
  pairName: 'shop',
  node: {
    serverId: 'server-db1',
    serverName: 'db1',
    instanceId: 'instance-db1',
    location: plainLocation(),
  },
  slotName: 'left_over',
  restartLsn: '0/3000000',
  ours: false,
  foreignTyped: true,
  reason: null,
};

type World = SlotWorld & { pair: FakePairWorld; close(): Promise<void> };

function subjectWith(
  input: Partial<DropSlotInput> = {},
  prepare: (slots: SlotSample[]) => void = () => undefined,
): MatrixSubject<World, unknown, DropSlotInput> {
  return {
    operation: dropSlot as never,
    input: { ...INPUT, ...input },
    makeWorld: (clock: TestClock) => {
      const pair = new FakePairWorld(clock);
      const { slotRows } = pair.postgres.db1;
      slotRows.push({ ...SLOT }, { ...SLOT, name: 'needed' });
      prepare(slotRows);
      return { pair, node: pair.primary, clock, close: () => Promise.resolve() };
    },
    snapshot: (world) => world.pair.postgres.db1.slotRows.map((slot) => slot.name),
    effects: () => ({}),
  };
}

describe('drop-slot', () => {
  it('is well formed', () => {
    assertWellFormed(dropSlot);
  });

  it('drops exactly the slot that was named', async () => {
    const r = await runCell(subjectWith(), null);
    expect(r.operation).toMatchObject({ status: 'succeeded', problem: null });
    expect(r.after).toEqual(['needed']);
  });

  it.each([
    ['somebody reads from it', {}, (slots: SlotSample[]) => slots.forEach((slot) => (slot.active = true))],
    [
      'it has moved since it was shown',
      {},
      (slots: SlotSample[]) => slots.forEach((slot) => (slot.restartLsn = '0/4000000')),
    ],
    ['it is not ours and was not named as such', { foreignTyped: false }, undefined],
    ['it is gone', { slotName: 'gone' }, undefined],
  ])('refuses when %s', async (_what, input, prepare) => {
    const r = await runCell(subjectWith(input, prepare), null);
    expect(r.operation).toMatchObject({ status: 'undone', problem: { code: 'GATE_FAILED' } });
    expect(r.after).toEqual(r.before);
  });
});

const cells = cellsOf(subjectWith());

describe('the crash matrix of drop-slot', () => {
  it.each(cells)('keeps its promises after $fault at $direction $step $point', async (cell) => {
    const r = await runCell(subjectWith(), cell);
    const committed = cell.step === 'drop-slot';
    if (cell.fault === 'crash' || committed || !r.fired) {
      expect(r.operation.status).toBe('succeeded');
      expect(r.after).toEqual(['needed']);
    } else {
      expect(r.operation.status).toBe('undone');
      expect(r.after).toEqual(r.before);
    }
  });
});
