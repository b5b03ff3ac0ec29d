import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const examineNetworkSchema = z.object({
  id: idSchema,
  /** One per visit: the same key is the same look. */
  key: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
});
