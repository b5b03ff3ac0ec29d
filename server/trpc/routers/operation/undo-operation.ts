import { protectedProcedure } from '#server/trpc/trpc.ts';
import { undoOperationSchema } from './undo-operation.types.ts';

/** Undoes what was done; OPERATION_NOT_IN_STATE. */
export const undoOperation = protectedProcedure
  .input(undoOperationSchema)
  .mutation(async ({ ctx, input }) => ctx.services.operations.undo(input.id, ctx.session));
