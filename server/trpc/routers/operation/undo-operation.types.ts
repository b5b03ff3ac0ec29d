import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const undoOperationSchema = z.object({ id: idSchema });
