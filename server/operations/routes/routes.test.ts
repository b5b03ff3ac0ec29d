import { describe, expect, it } from 'vitest';
import { runCell, type MatrixSubject } from '#server/testing/crash-matrix.ts';
import {
  CHANGE_INPUT,
  changeEffectsOf,
  changeSnapshotOf,
  FakeChangeWorld,
} from '#server/testing/fake-world/fake-change-world.ts';
import { FAKE_POOL } from '#server/testing/fake-world/fake-routes.ts';
import type { ChangeObservation } from '../change/look.ts';
import type { SwitchoverInput } from '../switchover/input.ts';
import { switchover } from '../switchover/switchover.ts';
import { zRouteOutcome } from './route-outcome.ts';

const STRAIGHT = {
  id: 'straight',
  name: 'report',
  kind: 'direct',
  probeServerId: null,
  login: null,
  host: '10.0.0.1',
  port: 5432,
};
const INPUT = {
  ...CHANGE_INPUT,
  routes: [FAKE_POOL, STRAIGHT],
  outageLimitMs: 30_000,
  syncWhileAlone: 'release',
  maxNotReceivedBytes: 16 * 1024 ** 2,
  maxNotReplayedBytes: 16 * 1024 ** 2,
};

function subjectWith(
  change: (world: FakeChangeWorld) => void,
): MatrixSubject<FakeChangeWorld, ChangeObservation, SwitchoverInput> {
  return {
    operation: switchover,
    input: INPUT,
    makeWorld: (clock) => {
      const world = new FakeChangeWorld(clock);
      change(world);
      return world;
    },
    snapshot: changeSnapshotOf,
    effects: changeEffectsOf,
  };
}

describe('client routes in a switchover', () => {
  it('pauses a pool before the stop, leads it to the new primary and resumes it, each once', async () => {
    const r = await runCell(
      subjectWith(() => undefined),
      null,
    );
    expect(r.operation.problem).toBeNull();
    expect(r.effects).toMatchObject({
      'pool stage': 1,
      'pool pause': 1,
      'pool swap': 1,
      'pool reload': 1,
      'pool resume': 1,
    });
    expect(r.after).toMatchObject({
      pool: { next: null, paused: false, loaded: { host: '10.0.0.2', port: 5432 } },
    });
  });

  it('lets paused clients go on beside the promotion being written down: the step that redirects finds it done', async () => {
    const r = await runCell(
      subjectWith(() => undefined),
      null,
    );
    const redirect = r.operation.attempts.find((a) => a.stepName === 'redirect-pools');
    expect(redirect?.status).toBe('already-done');
    expect(r.effects['pool resume']).toBe(1);
  });

  it('says of every route where its clients arrive behind the change', async () => {
    const r = await runCell(
      subjectWith(() => undefined),
      null,
    );
    const seen = r.operation.attempts.find((a) => a.stepName === 'see-routes');
    expect(zRouteOutcome.parse(seen?.output).routes).toMatchObject([
      { name: 'pool', state: 'node', serverName: 'db2', acceptsWrites: true },
      { name: 'report', state: 'node', serverName: 'db1', acceptsWrites: false },
    ]);
  });

  it('lets clients go on and stops nothing when running transactions do not end', async () => {
    const r = await runCell(
      subjectWith((w) => (w.pooler.busy = true)),
      null,
    );
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.message).toContain('did not end within 9 s');
    expect(r.after).toEqual(r.before);
    expect(r.effects['db1 stop']).toBeUndefined();
  });

  it('gives clients back to the old primary when a crash while they waited used the limit up', async () => {
    const cell = {
      step: 'pause-pools',
      direction: 'forward',
      point: 'after-effect',
      fault: 'crash',
    } as const;
    const r = await runCell(
      subjectWith(() => undefined),
      cell,
    );
    expect(r.crashes).toBe(1);
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.message).toContain('clients have waited for');
    expect(r.after).toEqual(r.before);
    expect(r.effects['db1 stop']).toBeUndefined();
  });

  it('refuses before anything is changed when a pool does not answer', async () => {
    const r = await runCell(
      subjectWith((w) => (w.pooler.reachable = false)),
      null,
    );
    expect(r.operation.status).toBe('undone');
    expect(r.operation.problem?.message).toContain('Pool can be paused: pool');
    expect(r.effects).toEqual({});
  });

  it('moves the pair although a pool goes away meanwhile, and asks about that pool at the end', async () => {
    const r = await runCell(
      {
        ...subjectWith((w) => {
          const promote = w.pair.postgres.db2.promote.bind(w.pair.postgres.db2);
          w.pair.postgres.db2.promote = () => {
            w.pooler.reachable = false;
            return promote();
          };
        }),
        mend: (w) => (w.pooler.reachable = true),
      },
      null,
    );
    expect(r.asked).toBe(true);
    expect(r.operation.status).toBe('succeeded');
    expect(r.operation.attempts.find((a) => a.status === 'failed')?.stepName).toBe('settle-pools');
    expect(r.after).toMatchObject({
      recorded: { epoch: 2, primaryInstanceId: 'instance-db2', mustRejoinInstanceId: null },
      pool: { paused: false, loaded: { host: '10.0.0.2' } },
    });
  });

  it('refuses a pool that somebody else has paused', async () => {
    const r = await runCell(
      subjectWith((w) => (w.pooler.paused = true)),
      null,
    );
    expect(r.operation.problem?.detail).toContain('shop is paused');
    expect(r.after).toEqual(r.before);
  });

  it('leads the configuration on as it is now when somebody edited it meanwhile', async () => {
    const edited = '# edited\n';
    const r = await runCell(
      subjectWith((w) => {
        const { pooler } = w;
        const pause = pooler.pause.bind(pooler);
        pooler.pause = () => {
          pooler.text = edited + pooler.text;
          return pause();
        };
      }),
      null,
    );
    expect(r.operation.problem).toBeNull();
    expect(r.after).toMatchObject({ pool: { loaded: { host: '10.0.0.2' }, paused: false, next: null } });
    expect((r.after as { pool: { text: string } }).pool.text).toContain(edited);
  });
});
