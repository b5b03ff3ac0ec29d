import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const closeOperationSchema = z.object({ id: idSchema, note: z.string().trim().min(1).max(2000) });
