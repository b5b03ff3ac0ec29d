import { describe, expect, it } from 'vitest';
import type { LiveMessage, LiveSubscriber, LiveTick } from '#server/ports/live-feed.ts';
import { createLiveService } from './live-service.ts';
import type { LiveEvent } from './services.ts';

const tick = (n: number): LiveTick => ({ id: `w:${n}`, sentAtMs: n * 1_000, samples: [] });

/** A ring without a bound. */
class Feed implements LiveSubscriber {
  readonly connected = true;
  readonly lastTickAtMs = null;
  readonly listeners = new Set<(message: LiveMessage) => void>();
  readonly #ticks: LiveTick[] = [];

  receive(message: LiveMessage): void {
    if (message.type === 'tick') this.#ticks.push(message.tick);
    for (const listener of this.listeners) listener(message);
  }

  since(lastId: string): LiveTick[] | null {
    const index = this.#ticks.findIndex((t) => t.id === lastId);
    return index < 0 ? null : this.#ticks.slice(index + 1);
  }

  recent(): LiveTick[] {
    return this.#ticks;
  }

  subscribe(listener: (message: LiveMessage) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** A feed with ticks 1 to `last`, and a stream on it. */
function streamAfter(last: number, lastEventId: string | null) {
  const hub = new Feed();
  for (let n = 1; n <= last; n += 1) hub.receive({ type: 'tick', tick: tick(n) });
  const stop = new AbortController();
  const stream = createLiveService(hub).stream(lastEventId, stop.signal)[Symbol.asyncIterator]();
  const next = async (): Promise<LiveEvent | undefined> => {
    const { value, done } = await stream.next();
    return done === true ? undefined : value;
  };
  return { hub, stop, next };
}

describe('the live stream', () => {
  it('begins with the next tick for a browser that saw none', async () => {
    const { hub, next } = streamAfter(3, null);
    const first = next();
    hub.receive({ type: 'tick', tick: tick(4) });
    expect(await first).toEqual({ id: 'w:4', message: { type: 'tick', tick: tick(4) } });
  });

  it('repeats what a browser missed, in order, each once', async () => {
    const { hub, next } = streamAfter(4, 'w:2');
    expect((await next())?.id).toBe('w:3');
    hub.receive({ type: 'tick', tick: tick(5) });
    expect([(await next())?.id, (await next())?.id]).toEqual(['w:4', 'w:5']);
  });

  it('says that something was missed when the last id is not known any more, or too far back', async () => {
    expect(await streamAfter(3, 'another-worker:9').next()).toMatchObject({ reset: true });
    expect(await streamAfter(100, 'w:1').next()).toMatchObject({ reset: true });
  });

  it('drops old ticks for a slow reader, never the newest, and no notice', async () => {
    const { hub, next } = streamAfter(0, null);
    const first = next();
    hub.receive({ type: 'tick', tick: tick(1) });
    await first;
    hub.receive({ type: 'notice', notice: { kind: 'pair', id: 'p' } });
    for (let n = 2; n <= 50; n += 1) hub.receive({ type: 'tick', tick: tick(n) });
    const seen: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const event = await next();
      seen.push(
        event !== undefined && 'message' in event && event.message.type === 'notice'
          ? 'notice'
          : (event?.id ?? ''),
      );
    }
    expect(seen).toContain('notice');
    expect(seen.at(-1)).toBe('w:50');
  });

  it('keeps a notice once however often it comes while nobody reads', async () => {
    const { hub, next, stop } = streamAfter(0, null);
    const first = next();
    hub.receive({ type: 'tick', tick: tick(1) });
    await first;
    for (let n = 0; n < 1_000; n += 1)
      hub.receive({ type: 'notice', notice: { kind: 'operation', id: 'o' } });
    expect(await next()).toMatchObject({ message: { type: 'notice' } });
    const rest = next();
    stop.abort();
    expect(await rest).toBeUndefined();
  });

  it('ends with its signal and leaves no listener behind', async () => {
    const { hub, next, stop } = streamAfter(0, null);
    const waiting = next();
    stop.abort();
    expect(await waiting).toBeUndefined();
    expect(hub.listeners.size).toBe(0);
  });
});
