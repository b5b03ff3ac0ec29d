import { z } from 'zod';
import { idSchema } from '../id.types.ts';
import { serverFieldsSchema } from './server-fields.types.ts';

export const updateServerSchema = z.object({ id: idSchema, change: serverFieldsSchema.partial() });
