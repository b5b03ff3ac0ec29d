import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const planReleaseSchema = z.object({
  serverId: idSchema,
  /** The instance, as lists name it: DIRECTORY@CONTAINER. */
  place: z.string().min(1).max(500),
  /** Null = those that stand in the way of Tandem. */
  names: z.array(z.string().min(1).max(100)).max(200).nullable(),
  /** One per visit: the same key is the same look. */
  key: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
});
