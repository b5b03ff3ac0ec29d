import { protectedProcedure } from '#server/trpc/trpc.ts';

/** Walks the chain and names the first entry that is not as it was written. */
export const verifyChain = protectedProcedure.query(async ({ ctx }) => ctx.services.audit.verify());
