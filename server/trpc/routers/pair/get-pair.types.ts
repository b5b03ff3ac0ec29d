import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const getPairSchema = z.object({ id: idSchema });
