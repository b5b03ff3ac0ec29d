import { describe, expect, it } from 'vitest';
import type { GateWish } from '#server/domain/start-gate.ts';
import { AppError } from '#server/errors/app-error.ts';
import { FakePairWorld } from '#server/testing/fake-world/fake-pair-world.ts';
import { FakeStartGate } from '#server/testing/fake-world/fake-start-gate.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { decideGate } from './decide-gate.ts';

function makeWorld(): FakePairWorld {
  const world = new FakePairWorld(new TestClock());
  for (const server of Object.values(world.postgres)) server.startGate = new FakeStartGate(server);
  return world;
}

function decide(world: FakePairWorld, o: { wish?: GateWish; majorVersion?: number } = {}) {
  const wait = { signal: new AbortController().signal, timeoutMs: 1_000 };
  return decideGate({
    wish: 'while-attached',
    majorVersion: 15,
    ...o,
    nodes: { primary: world.primary, standby: world.standby },
    measuredAtMs: 0,
    wait,
  });
}

describe('the wish for start gates', () => {
  it('becomes the policy that was chosen where both servers can have a gate', async () => {
    const { policy, gates } = await decide(makeWorld(), { wish: 'writable' });
    expect(policy).toBe('writable');
    expect(gates).toMatchObject([{ state: 'ok', server: null }]);
  });

  it('is no condition at all when none was wanted', async () => {
    expect(await decide(makeWorld(), { wish: 'none' })).toEqual({ policy: null, gates: [] });
  });

  it.each<[string, (world: FakePairWorld) => void, string, string]>([
    [
      'nothing starts PostgreSQL by itself',
      (world) => (world.postgres.db2.startGate = null),
      'db2',
      'systemd does not start PostgreSQL here',
    ],
    [
      'the host has no systemd',
      (world) => {
        const { startGate } = world.postgres.db1;
        if (startGate !== null) startGate.state = () => Promise.resolve('not-here');
      },
      'db1',
      'systemd does not start PostgreSQL here',
    ],
    [
      'the login may not act as root',
      ({ hosts: { db2 } }) => {
        db2.mayActAs = () => Promise.resolve(false);
      },
      'db2',
      'may not act as root',
    ],
    [
      'its directory cannot be looked at',
      (world) => {
        const { startGate } = world.postgres.db1;
        const failure = new AppError('COMMAND_FAILED', { message: 'sed failed on db1' });
        if (startGate !== null) startGate.state = () => Promise.reject(failure);
      },
      'db1',
      'sed failed on db1',
    ],
  ])('is left out with a warning where %s', async (_why, spoil, server, detail) => {
    const world = makeWorld();
    spoil(world);
    const { policy, gates } = await decide(world);
    expect(policy).toBeNull();
    expect(gates).toMatchObject([{ state: 'warning', server }]);
    expect(gates[0]?.detail.en).toContain(detail);
    expect(gates[0]?.detail.en).toContain('may come back writable');
  });

  it('is left out with a warning before PostgreSQL 14', async () => {
    const { policy, gates } = await decide(makeWorld(), { majorVersion: 13 });
    expect(policy).toBeNull();
    expect(gates).toMatchObject([{ state: 'warning' }]);
  });
});
