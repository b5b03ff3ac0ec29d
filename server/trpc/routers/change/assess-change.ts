import { protectedProcedure } from '#server/trpc/trpc.ts';
import { assessChangeSchema } from './change-request.types.ts';

/** The newest look for a change of roles; asking keeps the worker looking. */
export const assessChange = protectedProcedure
  .input(assessChangeSchema)
  .query(async ({ ctx, input }) => ctx.services.changes.assess(input.pairId, input.kind, input.way));
