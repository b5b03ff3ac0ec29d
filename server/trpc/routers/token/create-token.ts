import { personProcedure } from '#server/trpc/trpc.ts';
import { createTokenSchema } from './create-token.types.ts';

/** Makes a token; its text is in this answer only. */
export const createToken = personProcedure
  .input(createTokenSchema)
  .mutation(async ({ ctx, input }) => ctx.services.tokens.create(input, ctx.session));
