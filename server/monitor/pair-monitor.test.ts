import { describe, expect, it } from 'vitest';
import type { NodeSample } from '#server/domain/node-sample.ts';
import type { FreshLook, NodePoller, WatchedNode, WatchedPair } from '#server/ports/monitoring.ts';
import { primarySample, silentSample, standbySample } from '#server/testing/node-samples.ts';
import { PairMonitor } from './pair-monitor.ts';
import { plainLocation } from '#server/testing/plain-location.ts';

const node = (instanceId: string): WatchedNode => ({
  instanceId,
  serverId: `server-${instanceId}`,
  serverName: instanceId,
  location: plainLocation({ socketDirectory: null }),
  monitorRole: 'tandem_monitor',
  monitorSecretId: 's',
});
const PAIR: WatchedPair = {
  pairId: 'p',
  epoch: 1,
  slotName: null,
  detachedSinceMs: null,
  primary: node('a'),
  standby: node('b'),
};

/** Answers from two variables and remembers what each poll tried anew. */
class ScriptedPoller implements NodePoller {
  answers: Record<string, NodeSample> = { a: primarySample(), b: standbySample() };
  readonly fresh: FreshLook[] = [];
  poll(n: WatchedNode, o: { fresh: FreshLook }): Promise<NodeSample> {
    if (n.instanceId === 'a') this.fresh.push(o.fresh);
    return Promise.resolve(this.answers[n.instanceId] ?? silentSample());
  }
  keepOnly(): Promise<void> {
    return Promise.resolve();
  }
}

const signal = new AbortController().signal;
const at = (tick: number) => ({ tick, nowMs: () => tick * 1_000, signal });

describe('the monitor of a pair', () => {
  it('knocks at least every other second and logs in anew every 30', async () => {
    const monitor = new PairMonitor(PAIR, 0);
    const poller = new ScriptedPoller();
    for (let tick = 0; tick < 90; tick += 1) await monitor.tick(poller, at(tick));
    expect(poller.fresh.join(' ')).not.toContain('none none');
    const logins = poller.fresh.flatMap((look, tick) => (look === 'login' ? [tick] : []));
    expect(logins).toHaveLength(3);
    expect(new Set(logins.map((tick) => tick % 30)).size).toBe(1);
  });

  it('logs in anew as soon as there is a doubt, and knocks each second while it lasts', async () => {
    const monitor = new PairMonitor(PAIR, 0);
    const poller = new ScriptedPoller();
    for (let tick = 0; tick < 3; tick += 1) await monitor.tick(poller, at(tick));
    poller.answers['b'] = silentSample();
    for (let tick = 3; tick < 14; tick += 1) await monitor.tick(poller, at(tick));
    expect(poller.fresh[4]).toBe('login');
    expect(poller.fresh.slice(4)).not.toContain('none');
    expect(poller.fresh.slice(5).filter((look) => look === 'login').length).toBeLessThanOrEqual(1);
  });

  it('logs in for other pairs in other seconds', async () => {
    const loginTicks = new Set<number>();
    for (let n = 0; n < 300; n += 1) {
      const monitor = new PairMonitor({ ...PAIR, pairId: `pair-${n}` }, 0);
      const poller = new ScriptedPoller();
      for (let tick = 0; tick < 30; tick += 1) await monitor.tick(poller, at(tick));
      loginTicks.add(poller.fresh.indexOf('login'));
    }
    expect(loginTicks.size).toBe(30);
  });

  it('tells when the diagnosis changes, and only then', async () => {
    const monitor = new PairMonitor(PAIR, 0);
    const poller = new ScriptedPoller();
    const look = async (tick: number) => {
      const r = await monitor.tick(poller, at(tick));
      return [r?.sample.diagnosis.code, r?.changed];
    };
    expect(await look(1)).toEqual(['healthy', true]);
    poller.answers = {
      a: silentSample({ hop: 'tcp', hostAnswers: true }),
      b: standbySample(undefined, { receiver: null }),
    };
    expect(await look(2)).toEqual(['healthy', false]);
    expect(await look(3)).toEqual(['primary-down', true]);
    expect(await look(4)).toEqual(['primary-down', false]);
  });

  it('never polls a node twice at once: a tick that overtakes the one before is counted and left out', async () => {
    const monitor = new PairMonitor(PAIR, 0);
    const slow = new ScriptedPoller();
    const gate = Promise.withResolvers<void>();
    const answer = slow.poll.bind(slow);
    slow.poll = async (n, o) => {
      await gate.promise;
      return answer(n, o);
    };
    const first = monitor.tick(slow, at(1));
    expect(await monitor.tick(slow, at(2))).toBeNull();
    expect(monitor.overruns).toBe(1);
    gate.resolve();
    expect((await first)?.sample.tick).toBe(1);
    expect((await monitor.tick(slow, at(3)))?.sample.tick).toBe(3);
  });

  it('gives the older of both times: what is shown is never called newer than it is', async () => {
    const poller = new ScriptedPoller();
    poller.answers = {
      a: primarySample(undefined, { takenAtMs: 5_000 }),
      b: standbySample(undefined, { takenAtMs: 4_000 }),
    };
    const r = await new PairMonitor(PAIR, 0).tick(poller, at(5));
    expect(r?.sample.takenAtMs).toBe(4_000);
  });

  it('forgets where the primary was when the roles change', async () => {
    const monitor = new PairMonitor(PAIR, 0);
    const poller = new ScriptedPoller();
    poller.answers = { a: primarySample('0/100', { takenAtMs: 1_000 }), b: standbySample('0/50') };
    await monitor.tick(poller, at(1));
    monitor.update({ ...PAIR, epoch: 2 });
    poller.answers = { a: primarySample('0/100', { takenAtMs: 9_000 }), b: standbySample('0/50') };
    const r = await monitor.tick(poller, at(9));
    expect(r?.sample).toMatchObject({ epoch: 2, lag: { seconds: 0 } });
  });
});
