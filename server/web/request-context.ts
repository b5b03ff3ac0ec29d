import { systemIds } from '#server/adapters/clock/system-ids.ts';
import type { TrpcContext } from '#server/trpc/context.ts';
import { webServices } from './compose.ts';

/** The context of one request; `responseHeaders` collects what the answer must carry. */
export async function requestContext(
  requestHeaders: Headers,
  responseHeaders: Headers,
): Promise<TrpcContext> {
  const { config, identity, log, services } = await webServices();
  const requestId = systemIds.newId();
  const origin = requestHeaders.get('origin');
  return {
    session: await identity.sessionOf(requestHeaders),
    services,
    identity,
    log: log.child({ requestId }),
    requestId,
    requestHeaders,
    responseHeaders,
    sameOrigin: origin !== null && config.allowedOrigins.includes(origin),
    insecure: config.insecure,
  };
}
