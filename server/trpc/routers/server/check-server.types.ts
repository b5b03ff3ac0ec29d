import { z } from 'zod';
import { CHECK_ROWS } from '#server/domain/server-check.ts';
import { idSchema } from '../id.types.ts';

export const checkServerSchema = z.object({
  id: idSchema,
  rows: z.array(z.enum(CHECK_ROWS)).max(CHECK_ROWS.length),
});
