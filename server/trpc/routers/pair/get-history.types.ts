import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const getHistorySchema = z.object({ id: idSchema, range: z.enum(['5m', '1h', '24h']) });
