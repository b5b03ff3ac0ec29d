import { protectedProcedure } from '#server/trpc/trpc.ts';

/** All servers with their last checks. */
export const listServers = protectedProcedure.query(async ({ ctx }) => ctx.services.servers.list());
