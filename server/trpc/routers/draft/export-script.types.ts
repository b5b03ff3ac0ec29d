import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const exportScriptSchema = z.object({ id: idSchema, planId: idSchema });
