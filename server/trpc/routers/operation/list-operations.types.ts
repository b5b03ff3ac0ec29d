import { z } from 'zod';

export const listOperationsSchema = z.object({ limit: z.int().min(1).max(200) });
