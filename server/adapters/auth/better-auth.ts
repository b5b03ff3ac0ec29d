import { betterAuth } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import type { Secret } from '#server/domain/secret.ts';
import type { Clock, Ids } from '#server/ports/clock.ts';
import type { IdentityRows } from '#server/ports/identity.ts';

export interface BetterAuthParts {
  /** The Prisma client; the library's adapter takes it as it is. */
  prisma: object;
  rows: IdentityRows;
  secret: Secret;
  url: URL;
  allowedOrigins: string[];
  /** False only for plain http to another machine. */
  secureCookies: boolean;
  clock: Clock;
  ids: Ids;
}

const SIGN_IN = '/sign-in/email';
const WINDOW_S = 60;
const SIGN_INS_PER_ADDRESS = 10;
/** Counts against the account, because whoever sends the request can choose its forwarded address. */
const SIGN_INS_PER_ACCOUNT = 10;
const DAY_S = 24 * 60 * 60;

export type TandemAuth = ReturnType<typeof createBetterAuth>;

/** better-auth as Tandem uses it: one password account, sessions and limits in the database, no sign-up. */
export function createBetterAuth(parts: BetterAuthParts) {
  return betterAuth({
    appName: 'Tandem',
    baseURL: parts.url.origin,
    secret: parts.secret.reveal(),
    trustedOrigins: parts.allowedOrigins,
    database: prismaAdapter(parts.prisma, { provider: 'postgresql' }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    disabledPaths: [
      '/sign-up/email',
      '/request-password-reset',
      '/reset-password',
      '/verify-email',
      '/delete-user',
    ],
    user: { additionalFields: { language: { type: ['en', 'de'], required: false, defaultValue: 'en' } } },
    session: { expiresIn: 7 * DAY_S, updateAge: DAY_S },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: WINDOW_S,
      max: 300,
      customRules: { [SIGN_IN]: { window: WINDOW_S, max: SIGN_INS_PER_ADDRESS } },
    },
    advanced: {
      cookiePrefix: 'tandem',
      // Browsers take Secure cookies from http://localhost and http://127.0.0.1, but not under the
      // prefix __Secure-, which is what this option adds.
      useSecureCookies: parts.url.protocol === 'https:',
      defaultCookieAttributes: { secure: parts.secureCookies, httpOnly: true, sameSite: 'lax' },
      database: { generateId: () => parts.ids.newId() },
      // Said aloud, because the library switches both off when NODE_ENV is test.
      disableCSRFCheck: false,
      disableOriginCheck: false,
    },
    hooks: { before: limitPerAccount(parts), after: forgetAfterSuccess(parts) },
    logger: { disabled: true },
    telemetry: { enabled: false },
  });
}

function limitPerAccount(parts: BetterAuthParts) {
  return createAuthMiddleware(async (context) => {
    if (context.path !== SIGN_IN) return;
    const key = accountKey(context.body);
    const count = await parts.rows.countWithin(key, WINDOW_S * 1000, parts.clock.nowMs());
    if (count > SIGN_INS_PER_ACCOUNT) {
      throw new APIError('TOO_MANY_REQUESTS', { message: 'Too many requests. Please try again later.' });
    }
  });
}

function forgetAfterSuccess(parts: BetterAuthParts) {
  return createAuthMiddleware(async (context) => {
    if (context.path === SIGN_IN && context.context.newSession)
      await parts.rows.forgetCount(accountKey(context.body));
  });
}

function accountKey(body: unknown): string {
  const email = body !== null && typeof body === 'object' && 'email' in body ? String(body.email) : '';
  return `sign-in:${email.trim().toLowerCase().slice(0, 320)}`;
}
