import { z } from 'zod';
import { protectedProcedure } from '#server/trpc/trpc.ts';
import { idSchema } from '../id.types.ts';

/** What a check of hooks saw; null = it has not ended. */
export const checkedHooks = protectedProcedure
  .input(z.object({ operationId: idSchema }))
  .query(async ({ ctx, input }) => ctx.services.hooks.checked(input.operationId));
