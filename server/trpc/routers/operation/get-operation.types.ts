import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const getOperationSchema = z.object({ id: idSchema });
