import { protectedProcedure } from '#server/trpc/trpc.ts';

/** People and actions that occur, for the filters. */
export const listNames = protectedProcedure.query(async ({ ctx }) => ctx.services.audit.names());
