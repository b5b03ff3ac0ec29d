import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const planRemovalSchema = z.object({
  id: idSchema,
  /** What stays on the servers. */
  keep: z.enum(['all', 'replication', 'nothing']),
  /** One per visit: the same key is the same look. */
  key: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
});
