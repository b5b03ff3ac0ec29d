import { z } from 'zod';
import { idSchema } from '../id.types.ts';
import { secretSchema } from '../secret.types.ts';

/** Longer than anything allowed: the domain names the field and the bound. */
const text = z.string().max(4_000);
const trimmed = text.transform((value) => value.trim());

const common = {
  name: trimmed,
  probeServerId: z.string().max(64).nullable(),
  login: z.object({ user: trimmed, database: trimmed }).nullable(),
};
const address = { host: trimmed, port: z.number() };

const routeSchema = z.discriminatedUnion('kind', [
  z.object({ ...common, ...address, kind: z.enum(['direct', 'haproxy', 'dns']) }),
  z.object({ ...common, kind: z.literal('multi-host'), uri: trimmed }),
  z.object({
    ...common,
    ...address,
    kind: z.literal('pgbouncer'),
    serverId: z.string().max(64),
    console: z.object({ socketDirectory: trimmed.nullable(), port: z.number(), user: trimmed }),
    databases: z.array(trimmed).max(100),
    configPath: trimmed,
  }),
]);

export const saveRouteSchema = z.object({
  pairId: idSchema,
  /** Null = a new one. */
  routeId: idSchema.nullable(),
  route: routeSchema,
  /** Null = the stored one stays. */
  consolePassword: secretSchema.nullable(),
  loginPassword: secretSchema.nullable(),
});
export const ofPairSchema = z.object({ pairId: idSchema });
export const removeRouteSchema = z.object({ pairId: idSchema, routeId: idSchema });
export const endSessionsSchema = z.object({
  pairId: idSchema,
  instanceId: idSchema,
  sessions: z
    .array(z.object({ pid: z.int().positive(), startedAt: z.string().max(30) }))
    .min(1)
    .max(200),
  idempotencyKey: z.string().min(8).max(200),
});
