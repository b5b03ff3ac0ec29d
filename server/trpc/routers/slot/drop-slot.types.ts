import { z } from 'zod';
import { idSchema } from '../id.types.ts';

const slotName = z.string().min(1).max(63);

export const dropSlotSchema = z.object({
  pairId: idSchema,
  role: z.enum(['primary', 'standby']),
  slotName,
  restartLsn: z.string().max(20).nullable(),
  confirmation: z.string().trim().max(63).nullable(),
  foreignName: z.string().trim().max(63).nullable(),
  reason: z.string().trim().max(2_000).nullable(),
  idempotencyKey: z.string().min(8).max(200),
});
