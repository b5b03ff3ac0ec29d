import { protectedProcedure } from '#server/trpc/trpc.ts';
import { approveHostKeySchema } from './approve-host-key.types.ts';

/** Pins the host key that the person compared. */
export const approveHostKey = protectedProcedure
  .input(approveHostKeySchema)
  .mutation(async ({ ctx, input }) =>
    ctx.services.servers.approveHostKey(input.id, input.fingerprint, ctx.session),
  );
