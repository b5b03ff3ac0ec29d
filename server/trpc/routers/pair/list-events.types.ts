import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const listEventsSchema = z.object({ id: idSchema, limit: z.int().min(1).max(200) });
