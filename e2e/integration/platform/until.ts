import { setTimeout as delay } from 'node:timers/promises';

const ASK_EVERY_MS = 20;

/** Waits until `condition` gives something truthy; rejects naming `what` after `timeoutMs`. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  condition: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await delay(ASK_EVERY_MS);
  }
}
