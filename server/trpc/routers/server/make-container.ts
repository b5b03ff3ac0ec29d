import { protectedProcedure } from '#server/trpc/trpc.ts';
import { makeContainerSchema } from './make-container.types.ts';

/** Starts exactly the plan that was shown; answers the operation's id. */
export const makeContainer = protectedProcedure
  .input(makeContainerSchema)
  .mutation(async ({ ctx, input }) => ctx.services.containers.make(input, ctx.session));
