import { expect, it } from 'vitest';
import { LiveHub } from './live-hub.ts';

const tick = (n: number) => ({ type: 'tick' as const, tick: { id: `run:${n}`, sentAtMs: n, samples: [] } });

/** Ticks 1 to `count`, a second apart. */
function hubWith(count: number): LiveHub {
  let nowMs = 0;
  const hub = new LiveHub(() => nowMs);
  for (let n = 1; n <= count; n++) {
    nowMs += 1_000;
    hub.receive(tick(n));
  }
  return hub;
}

it('replays exactly what came after the last tick that a browser saw', () => {
  expect(
    hubWith(5)
      .since('run:3')
      ?.map((entry) => entry.id),
  ).toEqual(['run:4', 'run:5']);
  expect(hubWith(5).since('run:5')).toEqual([]);
});

it('says that it no longer knows a tick instead of leaving a gap', () => {
  expect(hubWith(2_000).since('run:1')).toBeNull();
  expect(hubWith(2_000).since('run:1101')).not.toBeNull();
  expect(hubWith(5).since('other-run:3')).toBeNull();
});

it('stops telling a listener that has left', () => {
  const hub = hubWith(0);
  const seen: string[] = [];
  const leave = hub.subscribe((message) => seen.push(message.type));
  hub.receive(tick(1));
  leave();
  hub.receive(tick(2));
  expect(seen).toEqual(['tick']);
});
