import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const makePlanSchema = z.object({ id: idSchema });
