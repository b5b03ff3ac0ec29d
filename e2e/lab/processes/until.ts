import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `condition` answers something other than false, null or undefined; rejects at the deadline. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  o: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const timeoutMs = o.timeoutMs ?? 30_000;
  const deadlineAt = performance.now() + timeoutMs;
  let last: unknown = null;
  for (;;) {
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined) return value;
      last = null;
    } catch (thrown) {
      last = thrown;
    }
    if (performance.now() >= deadlineAt) {
      throw new Error(`not within ${timeoutMs} ms: ${what}`, last === null ? undefined : { cause: last });
    }
    await delay(o.everyMs ?? 25);
  }
}
