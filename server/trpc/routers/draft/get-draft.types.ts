import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const getDraftSchema = z.object({ id: idSchema });
