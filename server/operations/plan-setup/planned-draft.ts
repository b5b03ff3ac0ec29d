import * as z from 'zod';
import { GATE_WISHES } from '#server/domain/start-gate.ts';

/** The answers of a draft of which a standby can be made. */
export const zPlannedDraft = z.object({
  kind: z.literal('new-standby'),
  primaryServerId: z.string(),
  primaryDataDirectory: z.string(),
  standbyServerId: z.string(),
  standbyDataDirectory: z.string().nullable(),
  standbyPort: z.number().nullable(),
  mode: z.enum(['asynchronous', 'synchronous']),
  maxSlotWalKeepBytes: z.number().nullable(),
  walKeepBytes: z.number().nullable(),
  backupRateLimitBytes: z.number().nullable(),
  startGate: z.enum(GATE_WISHES).default('none'),
  name: z.string().nullable(),
  environment: z.enum(['production', 'staging', 'development']),
});
