import { AppError } from '#server/errors/app-error.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { PersonalTokens, StoredToken } from '#server/ports/personal-tokens.ts';
import type { Services, TokenView } from './services.ts';

const DAY_MS = 86_400_000;

/** What a person does with the tokens that speak for them. */
export function createTokensService(deps: {
  tokens: PersonalTokens;
  audit: AuditLog;
  clock: Clock;
}): Services['tokens'] {
  const { tokens, audit, clock } = deps;
  const view = ({ userId: _own, ...token }: StoredToken): TokenView => ({
    ...token,
    state: stateOf(token, clock.nowMs()),
  });
  return {
    list: async (actor) => (await tokens.list(actor.userId)).map(view),
    create: async ({ name, scope, days }, actor) => {
      const expiresAtMs = clock.nowMs() + days * DAY_MS;
      const { text, stored } = await tokens.issue({ userId: actor.userId, name, scope, expiresAtMs });
      await audit.append({
        actor: actor.name,
        action: 'token-created',
        target: name,
        details: { tokenId: stored.id, prefix: stored.prefix, scope, days },
      });
      return { text, token: view(stored) };
    },
    revoke: async (id, actor) => {
      const revoked = await tokens.revoke(id, actor.userId);
      if (revoked === null) throw new AppError('NOT_FOUND', { message: `no token ${id} that still works` });
      await audit.append({
        actor: actor.name,
        action: 'token-revoked',
        target: revoked.name,
        details: { tokenId: id, prefix: revoked.prefix },
      });
    },
  };
}

function stateOf(token: Omit<StoredToken, 'userId'>, nowMs: number): TokenView['state'] {
  if (token.revokedAtMs !== null) return 'revoked';
  return token.expiresAtMs <= nowMs ? 'expired' : 'works';
}
