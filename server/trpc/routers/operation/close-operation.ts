import { protectedProcedure } from '#server/trpc/trpc.ts';
import { closeOperationSchema } from './close-operation.types.ts';

/** Closes an operation that a person has dealt with. */
export const closeOperation = protectedProcedure
  .input(closeOperationSchema)
  .mutation(async ({ ctx, input }) => ctx.services.operations.close(input.id, input.note, ctx.session));
