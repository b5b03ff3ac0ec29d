import { z } from 'zod';

export const createDraftSchema = z.object({ kind: z.enum(['new-standby', 'adopt']) });
