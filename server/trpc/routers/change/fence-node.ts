import { protectedProcedure } from '#server/trpc/trpc.ts';
import { fenceNodeSchema } from './change-request.types.ts';

/** Fences one of two writable nodes; INVALID_INPUT, NOT_FOUND. Answers the run's id. */
export const fenceOne = protectedProcedure
  .input(fenceNodeSchema)
  .mutation(async ({ ctx, input }) =>
    ctx.services.changes.fence(input.pairId, input.instanceId, input.confirmation, ctx.session),
  );
