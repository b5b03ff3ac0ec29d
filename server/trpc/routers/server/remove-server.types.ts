import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const removeServerSchema = z.object({
  id: idSchema,
  takeKey: z.boolean(),
  planHash: z.string().min(1),
  idempotencyKey: z.string().min(8).max(200),
});
