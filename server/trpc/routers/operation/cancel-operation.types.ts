import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const cancelOperationSchema = z.object({ id: idSchema });
