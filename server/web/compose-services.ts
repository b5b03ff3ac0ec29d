import { AppError } from '#server/errors/app-error.ts';
import type { Services } from '#server/services/services.ts';
import type { WebParts } from './compose.ts';

/** The use cases behind the API. */
export function composeServices(_parts: Omit<WebParts, 'services'>): Services {
  return new Proxy({} as Services, {
    get(_target, name) {
      throw new AppError('ASSERTION', { message: `service ${String(name)} is not composed yet` });
    },
  });
}
