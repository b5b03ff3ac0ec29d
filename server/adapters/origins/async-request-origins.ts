import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestOrigin, RequestOrigins } from '#server/ports/request-origin.ts';

/** Origins that follow a request through its awaits. */
export function createRequestOrigins(): RequestOrigins {
  const storage = new AsyncLocalStorage<RequestOrigin>();
  return {
    run: (origin, work) => storage.run(origin, work),
    current: () => storage.getStore() ?? null,
  };
}
