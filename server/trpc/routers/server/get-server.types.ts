import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const getServerSchema = z.object({ id: idSchema });
