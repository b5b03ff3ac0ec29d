import { z } from 'zod';
import type { DraftData } from '#server/domain/setup-draft.ts';
import { GATE_WISHES } from '#server/domain/start-gate.ts';
import { idSchema } from '../id.types.ts';

const pathSchema = z
  .string()
  .trim()
  .max(1_000)
  .regex(/^\/[^\0\n]*$/, 'not an absolute path');
const bytesSchema = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const nameSchema = z.string().trim().min(1).max(63);
const environmentSchema = z.enum(['production', 'staging', 'development']);

const nodes = {
  primaryServerId: idSchema.nullable(),
  primaryDataDirectory: pathSchema.nullable(),
  standbyServerId: idSchema.nullable(),
  standbyDataDirectory: pathSchema.nullable(),
  name: nameSchema.nullable(),
  environment: environmentSchema,
  // A client that does not know the question gets what it got before there was one.
  startGate: z.enum(GATE_WISHES).default('none'),
};

export const draftDataSchema: z.ZodType<DraftData> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('new-standby'),
    ...nodes,
    standbyPort: z.int().min(1).max(65_535).nullable(),
    mode: z.enum(['asynchronous', 'synchronous']),
    maxSlotWalKeepBytes: bytesSchema.nullable(),
    walKeepBytes: bytesSchema.nullable(),
    backupRateLimitBytes: bytesSchema.nullable(),
  }),
  z.object({
    kind: z.literal('adopt'),
    ...nodes,
    givenRole: z.string().trim().min(1).max(63).nullable(),
    // Only read: the server keeps its own value, so that nobody can name another secret.
    givenRoleSecretId: idSchema.nullable(),
  }),
]);
