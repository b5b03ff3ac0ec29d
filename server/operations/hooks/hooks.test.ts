import { describe, expect, it } from 'vitest';
import type { PinnedHook } from '#server/domain/change-hook.ts';
import { cellsOf, runCell, type CellOutcome, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { expectPromises } from '#server/testing/expect-promises.ts';
import {
  CHANGE_INPUT,
  changeEffectsOf,
  changeSnapshotOf,
  FakeChangeWorld,
} from '#server/testing/fake-world/fake-change-world.ts';
import { sampleHooks, sampleRequests } from '#server/testing/fake-world/fake-hooks.ts';
import type { ChangeObservation } from '../change/look.ts';
import { failover } from '../failover/failover.ts';
import type { FailoverInput } from '../failover/input.ts';
import type { FailoverObservation } from '../failover/steps/may-take-over.ts';
import type { SwitchoverInput } from '../switchover/input.ts';
import { switchover } from '../switchover/switchover.ts';

type Switchover = MatrixSubject<FakeChangeWorld, ChangeObservation, SwitchoverInput>;
type Failover = MatrixSubject<FakeChangeWorld, FailoverObservation, FailoverInput>;

const worldOf = (change: (world: FakeChangeWorld) => void) => ({
  makeWorld: (clock: ConstructorParameters<typeof FakeChangeWorld>[0]) => {
    const world = new FakeChangeWorld(clock);
    change(world);
    return world;
  },
  snapshot: changeSnapshotOf,
  effects: changeEffectsOf,
});

const switchoverWith = (
  hooks: PinnedHook[],
  change: (world: FakeChangeWorld) => void = () => undefined,
): Switchover => ({
  operation: switchover,
  input: {
    ...CHANGE_INPUT,
    hooks: JSON.parse(JSON.stringify(hooks)) as [],
    outageLimitMs: 30_000,
    syncWhileAlone: 'release',
    maxNotReceivedBytes: 16 * 1024 ** 2,
    maxNotReplayedBytes: 16 * 1024 ** 2,
  },
  ...worldOf(change),
});

const failoverWith = (hooks: PinnedHook[]): Failover => ({
  operation: failover,
  input: {
    ...CHANGE_INPUT,
    hooks: JSON.parse(JSON.stringify(hooks)) as [],
    oldHostReachable: true,
    acceptUnproven: false,
    receivedLsn: '0/3000060',
    releaseSync: false,
    loss: null,
  },
  ...worldOf((w) => w.pair.postgres.db1.crash()),
});

const outputOf = (r: CellOutcome, step: string): unknown =>
  r.operation.attempts.findLast((a) => a.stepName === step && a.direction === 'forward')?.output;

const commands = switchoverWith(sampleHooks());
const requests = switchoverWith(sampleRequests({ repeatable: true }));
const emergency = failoverWith(sampleHooks());
/** Grows with every step; a number that falls means that cells were lost. */
const CELLS_AT_LEAST = 450;

function promises<O, I>(
  name: string,
  subject: MatrixSubject<FakeChangeWorld, O, I>,
  eachEffectOnce: boolean,
): void {
  it.each(cellsOf(subject))(`${name} keep their promises after $fault at $direction $step $point`, (cell) =>
    expectPromises(subject, cell, { eachEffectOnce }),
  );
}

describe('hooks around a switchover', () => {
  it('are covered by the crash matrix', () => {
    const cells = [commands, requests].flatMap((s) => cellsOf(s)).length + cellsOf(emergency).length;
    process.stdout.write(`crash matrix of hooks: ${cells} cells\n`);
    expect(cells).toBeGreaterThanOrEqual(CELLS_AT_LEAST);
  });

  it('stop the application before the outage, then redirect and start it on the new primary', async () => {
    const r = await runCell(commands, null);
    expect(r.operation.problem).toBeNull();
    expect(r.operation.status).toBe('succeeded');
    expect(r.after).toMatchObject({ application: ['running', 'db2'], db2: { writable: true } });
    expect(r.effects).toMatchObject({
      'hook stop-application': 1,
      'hook redirect': 1,
      'hook start-application': 1,
    });
    const order = r.operation.attempts.map((a) => a.stepName);
    const places = [
      'stop-application-1',
      'point-old',
      'stop-old',
      'promote-new',
      'redirect-1',
      'start-application-1',
      'start-old',
      'settle-hooks',
    ].map((s) => order.indexOf(s));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it.each([{ veto: false }, { repeatable: true }, { timeoutSeconds: 7 }])(
    'make another plan when their terms are others: %o',
    async (terms) => {
      const extras = { gates: [], confirmation: null, outageMs: 0, networkBytes: 0, madeAtMs: 0 };
      const planWith = (hooks: PinnedHook[]) => {
        const { operation, input } = switchoverWith(hooks);
        return makePlan(operation, { world: undefined as never, input: operation.parseInput(input) }, extras);
      };
      const changed = sampleHooks().map((hook) => ({ ...hook, ...terms }));
      expect((await planWith(changed)).hash).not.toBe((await planWith(sampleHooks())).hash);
    },
  );

  it('are no steps where a pair has none', async () => {
    const r = await runCell(switchoverWith([]), null);
    expect(
      r.operation.plan.steps.map((s) => s.name).filter((n) => /application|redirect|hooks/.test(n)),
    ).toEqual([]);
    expect(r.operation.plan.gates).toEqual([]);
  });

  promises('commands', commands, true);
  promises('requests that may be repeated', requests, false);

  it.each([
    ['fails', { 'stop-application': 'fail' }],
    ['never ends', { 'stop-application': 'hang' }],
    ['cannot be reached', { 'stop-application': 'unreachable' }],
    ['ends without a record', { 'stop-application': 'vanish' }],
  ])(
    'undo the change when one with a veto %s, and the application runs on the old primary',
    async (_, lines) => {
      const r = await runCell(switchoverWith(sampleHooks(lines)), null);
      expect(r.operation.status).toBe('undone');
      expect(r.operation.problem?.code).toBe('HOOK_FAILED');
      expect(r.after).toEqual(r.before);
      expect(r.effects['db1 stop']).toBeUndefined();
    },
  );

  it.each(['fail', 'hang', 'unreachable', 'vanish'])(
    'go on when one without a veto does %s',
    async (line) => {
      const hooks = sampleHooks({ 'stop-application': line, redirect: line }, { veto: false });
      const r = await runCell(switchoverWith(hooks), null);
      expect(r.operation.status).toBe('succeeded');
      expect(outputOf(r, 'stop-application-1')).toMatchObject({
        outcome: line === 'vanish' ? 'unknown' : 'failed',
      });
      expect(r.after).toMatchObject({ application: ['running', line === 'vanish' ? 'db2' : 'db1'] });
    },
  );

  it('ask at the end, with the pair whole, when one that had to succeed did not', async () => {
    const r = await runCell(switchoverWith(sampleHooks({ redirect: 'fail' })), null);
    expect(r.operation).toMatchObject({ status: 'needs-attention', committed: true });
    expect(r.operation.problem?.code).toBe('HOOK_FAILED');
    expect(r.after).toMatchObject({
      recorded: { epoch: 2, mustRejoinInstanceId: null },
      application: ['running', 'db1'],
    });
  });

  it('never send a request twice that must not be repeated: they ask', async () => {
    const subject = switchoverWith(sampleRequests());
    const at = (step: string) =>
      ({ step, direction: 'forward', point: 'after-effect', fault: 'crash' }) as const;
    const early = await runCell(subject, at('stop-application-1'));
    expect(early.operation.status).toBe('undone');
    expect(early.effects).toMatchObject({ 'hook stop-application': 1, 'hook start-application': 1 });
    expect(early.after).toEqual(early.before);
    const late = await runCell(subject, at('redirect-1'));
    expect(outputOf(late, 'redirect-1')).toMatchObject({ outcome: 'unknown' });
    expect(late.asked).toBe(true);
  });
});

describe('hooks around a failover', () => {
  promises('commands', emergency, true);

  it('redirect and start the application, and stop nothing', async () => {
    const r = await runCell(emergency, null);
    expect(r.operation.status).toBe('succeeded');
    expect(r.effects['hook stop-application']).toBeUndefined();
    expect(r.after).toMatchObject({ application: ['running', 'db2'] });
  });
});
