import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const removePairSchema = z.object({
  id: idSchema,
  planId: idSchema,
  planHash: z.string().min(1).max(200),
  confirmation: z.string().trim().max(300).nullable(),
  reason: z.string().trim().max(2_000).nullable(),
});
