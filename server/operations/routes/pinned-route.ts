import * as z from 'zod';
import type { PinnedRoute } from '#server/domain/client-route.ts';

const zBase = {
  id: z.string(),
  name: z.string(),
  probeServerId: z.string().nullable(),
  login: z.object({ user: z.string(), database: z.string(), secretId: z.string() }).nullable(),
};

/** A route within an operation's input. */
export const zPinnedRoute = z.discriminatedUnion('kind', [
  z.object({ ...zBase, kind: z.enum(['direct', 'haproxy', 'dns']), host: z.string(), port: z.number() }),
  z.object({ ...zBase, kind: z.literal('multi-host'), uri: z.string() }),
  z.object({
    ...zBase,
    kind: z.literal('pgbouncer'),
    host: z.string(),
    port: z.number(),
    serverId: z.string(),
    serverName: z.string(),
    loginUser: z.string(),
    console: z.object({
      socketDirectory: z.string().nullable(),
      port: z.number(),
      user: z.string(),
      secretId: z.string().nullable(),
    }),
    databases: z.array(z.string()).min(1),
    configPath: z.string(),
  }),
]) satisfies z.ZodType<PinnedRoute>;
