import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const listActivitySchema = z.object({
  id: idSchema,
  limit: z.int().min(1).max(200),
  /** What lies before this moment, ms; null = the newest. */
  cursor: z.number().nullish(),
});
