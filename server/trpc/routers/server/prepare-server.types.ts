import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const prepareServerSchema = z.object({
  id: idSchema,
  planId: idSchema,
  planHash: z.string().min(1).max(200),
});
