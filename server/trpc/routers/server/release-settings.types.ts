import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const releaseSettingsSchema = z.object({ planId: idSchema, planHash: z.string().min(1).max(200) });
