import { protectedProcedure } from '#server/trpc/trpc.ts';
import { getLostWalSchema } from './get-lost-wal.types.ts';

/** What a change of roles lost, as pg_waldump prints it; NOT_FOUND. */
export const getLostWal = protectedProcedure
  .input(getLostWalSchema)
  .query(async ({ ctx, input }) => ctx.services.operations.lostWal(input.id, ctx.session));
