import { AppError } from '#server/errors/app-error.ts';
import type { Clock, Ids } from '#server/ports/clock.ts';
import type { IdentityRows, SignedIn } from '#server/ports/identity.ts';
import type { PersonalTokenRows, PersonalTokens, StoredToken } from '#server/ports/personal-tokens.ts';
import { hashToken, newTokenText, prefixOf, sameHash } from './token-text.ts';

export interface PersonalTokensParts {
  rows: PersonalTokenRows;
  counts: Pick<IdentityRows, 'countWithin' | 'countSoFar'>;
  clock: Clock;
  ids: Ids;
}

const WINDOW_MS = 60_000;
const WRONG_PER_ADDRESS = 20;
const TOUCH_EVERY_MS = 60_000;

/** Personal tokens over their table; wrong ones are counted per address. */
export function createPersonalTokens(parts: PersonalTokensParts): PersonalTokens {
  const { rows, clock, ids } = parts;
  return {
    issue: async (token) => {
      const { text, prefix } = newTokenText(ids);
      const stored: StoredToken = {
        ...token,
        id: ids.newId(),
        prefix,
        createdAtMs: clock.nowMs(),
        lastUsedAtMs: null,
        revokedAtMs: null,
      };
      await rows.insert({ ...stored, hash: hashToken(text) });
      return { text, stored };
    },
    list: (userId) => rows.list(userId),
    revoke: (id, userId) => rows.revoke(id, userId, clock.nowMs()),
    signIn: (text, address) => signIn(parts, text, address),
  };
}

async function signIn(parts: PersonalTokensParts, text: string, address: string | null): Promise<SignedIn> {
  const { rows, counts, clock } = parts;
  const nowMs = clock.nowMs();
  const key = `access-token:${(address ?? 'unknown').slice(0, 100)}`;
  if ((await counts.countSoFar(key, WINDOW_MS, nowMs)) >= WRONG_PER_ADDRESS) throw tooMany();
  const prefix = prefixOf(text);
  const found = prefix === null ? null : await rows.find(prefix);
  if (found === null || !sameHash(found.hash, hashToken(text))) {
    await counts.countWithin(key, WINDOW_MS, nowMs);
    throw refused('the token is not known');
  }
  const { token, user } = found;
  if (token.revokedAtMs !== null) throw refused('the token was revoked');
  if (token.expiresAtMs <= nowMs) throw refused('the token has expired');
  await rows.touch(token.id, nowMs, TOUCH_EVERY_MS);
  return {
    sessionId: `token-${token.id}`,
    userId: token.userId,
    name: `${user.name} (token ${token.name})`,
    email: user.email,
    language: user.language,
    token: { id: token.id, scope: token.scope },
  };
}

function refused(message: string): AppError {
  return new AppError('ACCESS_TOKEN_REFUSED', {
    message,
    hint: 'Create a new token on the profile page of Tandem.',
  });
}

function tooMany(): AppError {
  return new AppError('TOO_MANY_ATTEMPTS', {
    message: 'too many wrong tokens from this address',
    hint: 'Wait a minute, then try with the right one.',
  });
}
