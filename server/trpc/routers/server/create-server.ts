import { protectedProcedure } from '#server/trpc/trpc.ts';
import { createServerSchema } from './create-server.types.ts';

/** Stores a server as a draft with its own key; NAME_TAKEN. */
export const createServer = protectedProcedure
  .input(createServerSchema)
  .mutation(async ({ ctx, input }) => ctx.services.servers.create(input, ctx.session));
