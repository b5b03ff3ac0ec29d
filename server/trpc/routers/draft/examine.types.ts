import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const examineDraftSchema = z.object({ id: idSchema });
