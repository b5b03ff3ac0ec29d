import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const makeContainerSchema = z.object({ planId: idSchema, planHash: z.string().min(1).max(200) });
