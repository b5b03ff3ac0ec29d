import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const planContainerSchema = z.object({
  fromServerId: idSchema,
  /** The instance to copy, as lists name it. */
  place: z.string().min(1).max(500),
  toServerId: idSchema,
  /** One per visit: the same key is the same look. */
  key: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
});
