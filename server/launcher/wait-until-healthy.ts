import { setTimeout as delay } from 'node:timers/promises';

const ASK_EVERY_MS = 200;

/** True once the address answers 200; false when it does not within `timeoutMs` or the signal aborts. */
export async function waitUntilHealthy(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && !signal.aborted) {
    if (await isHealthy(url)) return true;
    await delay(ASK_EVERY_MS);
  }
  return false;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    // Not listening yet; the deadline decides.
    return false;
  }
}
