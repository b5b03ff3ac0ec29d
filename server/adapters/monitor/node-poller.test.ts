import { describe, expect, it } from 'vitest';
import type { NodeSample } from '#server/domain/node-sample.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { FreshLook, NodePoller, WatchedNode } from '#server/ports/monitoring.ts';
import type { SqlSession } from '#server/ports/sql-session.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { createNodePoller } from './node-poller.ts';
import { plainLocation } from '#server/testing/plain-location.ts';

const NODE: WatchedNode = {
  instanceId: 'a',
  serverId: 's',
  serverName: 'db1',
  location: plainLocation({ socketDirectory: null }),
  monitorRole: 'tandem_monitor',
  monitorSecretId: 's',
};
const SAMPLE = {
  inRecovery: false,
  systemIdentifier: '1',
  timeline: 1,
  serverVersionNum: 150_000,
  serverTimeMs: 0,
  startedAtMs: 0,
  insertLsn: null,
  writeLsn: null,
  flushLsn: null,
  receiveLsn: null,
  replayLsn: null,
  lastReplayedCommitAtMs: null,
  replayPaused: false,
  connections: 1,
  maxConnections: 100,
  commits: 0,
  lastCheckpointAtMs: null,
  senders: [],
  receiver: null,
  slots: [],
};
const NEVER = Number.POSITIVE_INFINITY;

/** A server at the far end of a network: what each thing takes, ms; NEVER = no answer. */
class FarServer {
  readonly clock = new TestClock();
  readonly takes = { query: 2, login: 20, knock: 5, ping: 2, size: 2 };
  logins = 0;
  mostLogins = 0;
  #openLogins = 0;
  sizes = 0;
  readonly poller: NodePoller;
  readonly #signal = new AbortController().signal;

  constructor() {
    this.poller = createNodePoller({
      clock: this.clock,
      transport: () => Promise.resolve({ ping: () => this.#after('ping') } as unknown as HostTransport),
      knock: () => this.#after('knock'),
      open: async () => {
        this.logins += 1;
        this.#openLogins += 1;
        this.mostLogins = Math.max(this.mostLogins, this.#openLogins);
        await this.#after('login').finally(() => (this.#openLogins -= 1));
        return this.#session();
      },
    });
  }

  #after(what: keyof FarServer['takes']): Promise<void> {
    const ms = this.takes[what];
    return ms === NEVER ? new Promise(() => undefined) : this.clock.sleep(ms);
  }

  #session(): SqlSession {
    const state = { alive: true };
    return {
      get alive() {
        return state.alive;
      },
      query: async <Row extends object>(
        sql: string,
        _parameters: readonly unknown[],
        o: { timeoutMs: number },
      ) => {
        const isSize = sql.includes('pg_database_size');
        if (isSize) this.sizes += 1;
        const takesMs = isSize ? this.takes.size : this.takes.query;
        await this.clock.sleep(Math.min(takesMs, o.timeoutMs));
        if (takesMs > o.timeoutMs) throw new Error('no answer');
        return [{ sample: JSON.stringify(SAMPLE), bytes: '1' }] as unknown as Row[];
      },
      close: () => {
        state.alive = false;
        return Promise.resolve();
      },
    };
  }

  /** Polls of consecutive seconds, each as long after the one before; the monitor skips what overlaps. */
  async polls(looks: readonly FreshLook[]): Promise<NodeSample[]> {
    const samples: NodeSample[] = [];
    for (const fresh of looks) {
      const endMs = this.clock.nowMs() + 1_000;
      samples.push(await this.poller.poll(NODE, { tick: 1, fresh, signal: this.#signal }));
      await this.clock.sleep(Math.max(0, endMs - this.clock.nowMs()));
    }
    return samples;
  }
}

const reached = (samples: readonly NodeSample[]): boolean[] => samples.map((s) => s.reachable);

describe('a node behind a slow network', () => {
  const slow = (): FarServer => {
    const server = new FarServer();
    Object.assign(server.takes, { query: 220, login: 1_400, knock: 440, ping: 220 });
    return server;
  };

  it('is reachable from the first poll on, though its login takes longer than a sample may', async () => {
    expect(reached(await slow().polls(['none', 'none']))).toEqual([true, true]);
  });

  it('is not called silent because a fresh login takes its time', async () => {
    const server = slow();
    const looks: FreshLook[] = ['none', 'login', 'none', 'knock', 'none', 'knock', 'login', 'none'];
    expect(reached(await server.polls(looks)).every(Boolean)).toBe(true);
    expect(server.logins).toBe(3);
  });

  it('does not hold a sample back for a login', async () => {
    const server = slow();
    const [, sample] = await server.polls(['none', 'login']);
    expect(sample).toMatchObject({ roundTripMs: 220 });
  });
});

describe('a node that takes no new connections', () => {
  it('is unreachable by two polls within 4 s of the last knock that it answered', async () => {
    const server = new FarServer();
    await server.polls(['knock']);
    const frozenAtMs = server.clock.nowMs() - 1_000;
    server.takes.knock = server.takes.login = NEVER;
    const samples = await server.polls(['none', 'knock', 'none']);
    expect(reached(samples)).toEqual([true, false, false]);
    expect(samples[2]).toMatchObject({ hop: 'timeout', hostAnswers: true });
    expect((samples[2]?.takenAtMs ?? NEVER) - frozenAtMs).toBeLessThan(4_000);
  });

  it('stays unreachable without being asked to try, and is back with the first answer', async () => {
    const server = new FarServer();
    server.takes.knock = NEVER;
    await server.polls(['none', 'knock']);
    expect(reached(await server.polls(['none', 'none']))).toEqual([false, false]);
    server.takes.knock = 5;
    expect(reached(await server.polls(['none', 'none']))).toEqual([true, true]);
  });

  it('is unreachable when a knock is answered and a login never ends, until a login succeeds', async () => {
    const server = new FarServer();
    await server.polls(['none']);
    server.takes.login = NEVER;
    const samples = await server.polls(['login', 'none', 'knock', 'none', 'none']);
    expect(reached(samples)).toEqual([true, true, true, false, false]);
    server.takes.login = 20;
    await server.polls(['none', 'none', 'none']);
    expect(reached(await server.polls(['none']))).toEqual([true]);
  });
});

it('many nodes at once are logged in to a few at a time, and none is called silent for its turn', async () => {
  const server = new FarServer();
  server.takes.login = 400;
  const nodes = Array.from({ length: 200 }, (_, n) => ({ ...NODE, instanceId: `n${n}` }));
  const signal = new AbortController().signal;
  const samples = await Promise.all(
    nodes.map((n) => server.poller.poll(n, { tick: 1, fresh: 'none', signal })),
  );
  expect(reached(samples).every(Boolean)).toBe(true);
  expect(server.mostLogins).toBeLessThanOrEqual(12);
});

it('hosts that hang keep nobody waiting for long', async () => {
  const server = new FarServer();
  server.takes.login = NEVER;
  const signal = new AbortController().signal;
  const poll = (id: string) =>
    server.poller.poll({ ...NODE, instanceId: id }, { tick: 1, fresh: 'none', signal });
  const hanging = Array.from({ length: 24 }, (_, n) => poll(`hangs${n}`));
  await server.clock.sleep(10);
  server.takes.login = 20;
  const askedAtMs = server.clock.nowMs();
  const sample = await poll('lives');
  expect(sample.reachable).toBe(true);
  expect(sample.takenAtMs - askedAtMs).toBeLessThan(1_500);
  expect(reached(await Promise.all(hanging)).some(Boolean)).toBe(true);
});

it('a late answer costs its own poll alone: nobody logs in anew for it', async () => {
  const server = new FarServer();
  await server.polls(['none']);
  server.takes.query = 1_500;
  const late = server.polls(['none']);
  await server.clock.sleep(5);
  server.takes.query = 2;
  expect(reached(await late)).toEqual([false]);
  expect(reached(await server.polls(['none', 'none']))).toEqual([true, true]);
  expect(server.logins).toBe(1);
});

it('a size that takes long to measure holds no sample up and is measured once a minute', async () => {
  const server = new FarServer();
  const looks = (count: number) =>
    Array.from({ length: count }, (_, n): FreshLook => (n % 30 === 1 ? 'login' : 'none'));
  server.takes.size = 5_000;
  const samples = await server.polls(looks(130));
  expect(reached(samples).every(Boolean)).toBe(true);
  expect(samples[3]).toMatchObject({ databaseBytes: null });
  expect(samples[8]).toMatchObject({ databaseBytes: 1 });
  expect(server.sizes).toBe(3);
});

it('a node whose sessions do not answer is unreachable at the deadline of a sample', async () => {
  const server = new FarServer();
  await server.polls(['none']);
  Object.assign(server.takes, { query: NEVER, login: NEVER, knock: NEVER });
  const askedAtMs = server.clock.nowMs();
  const [sample] = await server.polls(['none']);
  expect(sample?.reachable).toBe(false);
  expect((sample?.takenAtMs ?? NEVER) - askedAtMs).toBeLessThan(850);
});
