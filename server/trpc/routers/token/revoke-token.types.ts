import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const revokeTokenSchema = z.object({ id: idSchema });
