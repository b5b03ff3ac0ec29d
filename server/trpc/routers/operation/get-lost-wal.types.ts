import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const getLostWalSchema = z.object({ id: idSchema });
