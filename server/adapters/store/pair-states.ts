import * as z from 'zod';
import type { Detachment } from '#server/domain/detachment.ts';
import type { PairTls } from '#server/domain/pair-tls.ts';
import { GATE_POLICIES } from '#server/domain/start-gate.ts';

/** Columns of a pair that hold a state; null = the state is not there. */
export const zDetached: z.ZodType<Detachment | null> = z
  .object({ sinceMs: z.number(), syncNames: z.string().nullable() })
  .nullable();
export const zTls: z.ZodType<PairTls | null> = z
  .object({
    caSecretId: z.string().nullable(),
    caCertificate: z.string(),
    notAfterMs: z.number(),
    names: z.record(z.string(), z.string()).default({}),
  })
  .nullable();
export const zGateWish = z.enum(GATE_POLICIES).nullable();
