import { protectedProcedure } from '#server/trpc/trpc.ts';
import { exportScriptSchema } from './export-script.types.ts';

/** The plan as a shell script. */
export const exportScript = protectedProcedure
  .input(exportScriptSchema)
  .query(async ({ ctx, input }) => ctx.services.drafts.exportScript(input.id, input.planId));
