import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const getLogSchema = z.object({
  id: idSchema,
  afterSeq: z.int().min(0),
  limit: z.int().min(1).max(2000),
});
