import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const retryOperationSchema = z.object({ id: idSchema });
