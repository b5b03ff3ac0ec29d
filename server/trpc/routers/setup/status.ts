import { publicProcedure } from '#server/trpc/trpc.ts';

/** Whether the installation has its administrator, and what the first-run page must ask for. */
export const status = publicProcedure.query(async ({ ctx }) => ({
  ...(await ctx.identity.setupStatus()),
  insecure: ctx.insecure,
}));
