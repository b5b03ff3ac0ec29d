import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const renewPlanSchema = z.object({ id: idSchema });
