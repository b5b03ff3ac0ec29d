import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { toAppError, type AppError } from '#server/errors/app-error.ts';
import type { SignedIn } from '#server/ports/identity.ts';
import type { TrpcContext } from '#server/trpc/context.ts';
import { bearerToken } from './bearer-token.ts';
import { clientAddress } from './client-address.ts';
import { webServices } from './compose.ts';
import type { WebParts } from './web-parts.ts';

/** The context of one request; `responseHeaders` collects what the answer must carry. */
export async function requestContext(
  requestHeaders: Headers,
  responseHeaders: Headers,
): Promise<TrpcContext> {
  const parts = await webServices();
  const { config, identity, log, origins, services } = parts;
  const requestId = systemIds.newId();
  const origin = requestHeaders.get('origin');
  const address = clientAddress(requestHeaders);
  const token = bearerToken(requestHeaders);
  return {
    ...(await whoAsks(parts, requestHeaders, token, address)),
    services,
    identity,
    log: log.child({ requestId }),
    requestId,
    inRequest: (work) => origins.run({ requestId, address }, work),
    requestHeaders,
    responseHeaders,
    // Browsers never add this header by themselves, and another site's page may not.
    sameOrigin: token !== null || (origin !== null && config.allowedOrigins.includes(origin)),
    insecure: config.insecure,
  };
}

/** A token stands alone: a cookie that comes with it is not looked at. */
async function whoAsks(
  { identity, tokens }: Pick<WebParts, 'identity' | 'tokens'>,
  headers: Headers,
  token: string | null,
  address: string | null,
): Promise<{ session: SignedIn | null; refusal: AppError | null }> {
  if (token === null) return { session: await identity.sessionOf(headers), refusal: null };
  try {
    return { session: await tokens.signIn(token, address), refusal: null };
  } catch (thrown) {
    return { session: null, refusal: toAppError(thrown) };
  }
}
