import { protectedProcedure } from '#server/trpc/trpc.ts';
import { checkCertificatesSchema } from './change-request.types.ts';

/** Judges certificates of the admin's own; a mutation only because keys do not belong into an address. NOT_FOUND. */
export const checkCertificates = protectedProcedure
  .input(checkCertificatesSchema)
  .mutation(async ({ ctx, input }) =>
    ctx.services.changes.checkCertificates(input.pairId, input.certificates),
  );
