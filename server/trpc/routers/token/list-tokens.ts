import { personProcedure } from '#server/trpc/trpc.ts';

/** The person's own tokens, ended ones included. */
export const listTokens = personProcedure.query(async ({ ctx }) => ctx.services.tokens.list(ctx.session));
