import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const planServerRemovalSchema = z.object({ id: idSchema, takeKey: z.boolean() });
