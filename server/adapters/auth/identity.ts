import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '#server/errors/app-error.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { Claim, Identity, IdentityRows, SignedIn } from '#server/ports/identity.ts';
import type { TandemAuth } from './better-auth.ts';
import { hashPassword } from './hash-password.ts';

export interface IdentityParts {
  auth: TandemAuth;
  rows: IdentityRows;
  ids: Ids;
  /** Null = no token is needed, because only this machine reaches the console. */
  setupToken: string | null;
}

/** People and sessions, on better-auth. */
export function createIdentity(parts: IdentityParts): Identity {
  return {
    sessionOf: (headers) => sessionOf(parts.auth, headers),
    setupStatus: async () => ({
      claimed: await parts.rows.isClaimed(),
      tokenRequired: parts.setupToken !== null,
    }),
    claim: (claim, headers) => claimInstallation(parts, claim, headers),
    answer: (request) => parts.auth.handler(request),
  };
}

async function sessionOf(auth: TandemAuth, headers: Headers): Promise<SignedIn | null> {
  const found = await auth.api.getSession({ headers });
  if (!found) return null;
  const { user, session } = found;
  return {
    sessionId: session.id,
    userId: user.id,
    name: user.name,
    email: user.email,
    language: user.language === 'de' ? 'de' : 'en',
    token: null,
  };
}

async function claimInstallation(parts: IdentityParts, claim: Claim, headers: Headers): Promise<string[]> {
  if (await parts.rows.isClaimed()) throw alreadyClaimed();
  if (parts.setupToken !== null && !sameText(claim.token ?? '', parts.setupToken)) throw wrongToken();
  const passwordHash = await hashPassword(claim.password);
  const { name, language } = claim;
  const email = claim.email.trim().toLowerCase();
  const first = await parts.rows.claim({ id: parts.ids.newId(), name, email, language, passwordHash });
  if (!first) throw alreadyClaimed();
  const body = { email, password: claim.password.reveal() };
  const answer = await parts.auth.api.signInEmail({ body, headers, asResponse: true });
  return answer.headers.getSetCookie();
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function alreadyClaimed(): AppError {
  return new AppError('ALREADY_CLAIMED', { message: 'this installation has its administrator already' });
}

function wrongToken(): AppError {
  return new AppError('SETUP_TOKEN_WRONG', {
    message: 'the setup token is wrong',
    hint: 'Copy the token from the output of npm start on the machine that runs Tandem.',
  });
}
