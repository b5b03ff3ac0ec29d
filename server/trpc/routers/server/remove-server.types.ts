import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const removeServerSchema = z.object({ id: idSchema });
