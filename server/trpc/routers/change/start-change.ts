import { protectedProcedure } from '#server/trpc/trpc.ts';
import { startChangeSchema } from './change-request.types.ts';

/** Starts what was shown; STALE_VIEW, INVALID_INPUT, GATE_FAILED, OPERATION_ALREADY_RUNNING. Answers the run's id. */
export const startChange = protectedProcedure
  .input(startChangeSchema)
  .mutation(async ({ ctx, input }) => ctx.services.changes.start(input, ctx.session));
