import { protectedProcedure } from '#server/trpc/trpc.ts';
import { cancelOperationSchema } from './cancel-operation.types.ts';

/** Asks to stop and undo; OPERATION_NOT_IN_STATE. */
export const cancelOperation = protectedProcedure
  .input(cancelOperationSchema)
  .mutation(async ({ ctx, input }) => ctx.services.operations.cancel(input.id, ctx.session));
