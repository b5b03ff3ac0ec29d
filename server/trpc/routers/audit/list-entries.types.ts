import { z } from 'zod';
import { auditFilterSchema } from './audit-filter.types.ts';

export const listEntriesSchema = auditFilterSchema.extend({
  limit: z.int().min(1).max(200),
  /** Entries below this one; null = the newest. */
  cursor: z
    .string()
    .regex(/^\d{1,18}$/)
    .nullish(),
});
