import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const auditFilterSchema = z.object({
  actor: z.string().min(1).max(200).optional(),
  action: z.string().min(1).max(100).optional(),
  pairId: idSchema.optional(),
});
