import { protectedProcedure } from '#server/trpc/trpc.ts';
import { dropSlotSchema } from './drop-slot.types.ts';

/** Starts dropping a slot that nobody reads from; answers the operation. */
export const dropSlot = protectedProcedure
  .input(dropSlotSchema)
  .mutation(async ({ ctx, input }) => ctx.services.slots.drop(input, ctx.session));
