import { protectedProcedure } from '#server/trpc/trpc.ts';

/** Replication slots of all pairs, as the last samples show them. */
export const listSlots = protectedProcedure.query(async ({ ctx }) => ctx.services.slots.list());
