import type { AppError } from '#server/errors/app-error.ts';
import type { Identity, SignedIn } from '#server/ports/identity.ts';
import type { Log } from '#server/ports/log.ts';
import type { Services } from '#server/services/services.ts';

/** What every procedure gets. */
export interface TrpcContext {
  /** Null = not signed in; `protectedProcedure` narrows it. */
  session: SignedIn | null;
  /** Why a token that was presented does not count; null = none was presented, or it counts. */
  refusal: AppError | null;
  services: Services;
  identity: Identity;
  log: Log;
  /** Named in answers to unexpected errors, so that a report leads to the log line. */
  requestId: string;
  /** Does the work so that what is written meanwhile can name this request. */
  inRequest<T>(work: () => Promise<T>): Promise<T>;
  requestHeaders: Headers;
  /** Set-Cookie and the like; ignored when a page is rendered on the server. */
  responseHeaders: Headers;
  /** False = a page of another site asks; it may not change anything. */
  sameOrigin: boolean;
  /** True = the console is used over plain http from other machines. */
  insecure: boolean;
}
