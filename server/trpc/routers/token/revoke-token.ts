import { personProcedure } from '#server/trpc/trpc.ts';
import { revokeTokenSchema } from './revoke-token.types.ts';

/** Ends a token at once; NOT_FOUND. */
export const revokeToken = personProcedure
  .input(revokeTokenSchema)
  .mutation(async ({ ctx, input }) => ctx.services.tokens.revoke(input.id, ctx.session));
