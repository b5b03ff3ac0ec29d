import type { LiveMessage, LiveSubscriber, LiveTick } from '#server/ports/live-feed.ts';
import type { LiveEvent, Services } from './services.ts';

/** A client that is further behind loses ticks in between; the newest always comes. */
const MOST_WAITING_MS = 5_000;
/** Replaying more than this is slower for the browser than asking for history. */
const MOST_REPLAYED_MS = 60_000;

/** The stream of one browser tab. */
export function createLiveService(live: LiveSubscriber): Services['live'] {
  return {
    stream: (lastEventId, signal) => stream(live, lastEventId, signal),
  };
}

async function* stream(
  live: LiveSubscriber,
  lastEventId: string | null,
  signal: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const waiting: LiveMessage[] = [];
  let wake: (() => void) | null = null;
  let lastId = lastEventId ?? 'start:0';
  const ring = (): void => {
    wake?.();
    wake = null;
  };
  const unsubscribe = live.subscribe((message) => {
    enqueue(waiting, message);
    ring();
  });
  signal.addEventListener('abort', ring);
  try {
    const missed = lastEventId === null ? [] : live.since(lastEventId);
    if (missed === null || spanMs(missed) > MOST_REPLAYED_MS) yield { id: lastId, reset: true };
    else for (const tick of missed) yield { id: (lastId = tick.id), message: { type: 'tick', tick } };
    while (!signal.aborted) {
      const message = waiting.shift();
      if (message === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted) resolve();
        });
        continue;
      }
      if (message.type === 'tick') lastId = message.tick.id;
      yield { id: lastId, message };
    }
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', ring);
  }
}

/** Never without bound: old ticks give way, and a notice that waits already is not added again. */
function enqueue(waiting: LiveMessage[], message: LiveMessage): void {
  if (message.type === 'notice') {
    const { kind, id } = message.notice;
    if (waiting.some((m) => m.type === 'notice' && m.notice.kind === kind && m.notice.id === id)) return;
  } else {
    const { sentAtMs } = message.tick;
    const isLate = (m: LiveMessage): boolean =>
      m.type === 'tick' && m.tick.sentAtMs < sentAtMs - MOST_WAITING_MS;
    for (let at = waiting.findIndex(isLate); at >= 0; at = waiting.findIndex(isLate)) waiting.splice(at, 1);
  }
  waiting.push(message);
}

function spanMs(ticks: readonly LiveTick[]): number {
  return (ticks.at(-1)?.sentAtMs ?? 0) - (ticks[0]?.sentAtMs ?? 0);
}
