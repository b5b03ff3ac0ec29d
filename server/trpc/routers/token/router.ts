import { router } from '#server/trpc/trpc.ts';
import { createToken } from './create-token.ts';
import { listTokens } from './list-tokens.ts';
import { revokeToken } from './revoke-token.ts';

export const tokenRouter = router({
  create: createToken,
  list: listTokens,
  revoke: revokeToken,
});
