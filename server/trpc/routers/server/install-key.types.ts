import { z } from 'zod';
import { idSchema } from '../id.types.ts';
import { secretSchema } from '../secret.types.ts';

export const installKeySchema = z.object({ id: idSchema, password: secretSchema });
