import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const removeDraftSchema = z.object({ id: idSchema });
