import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const approveHostKeySchema = z.object({ id: idSchema, fingerprint: z.string().min(1).max(200) });
