import { z } from 'zod';
import { TOKEN_SCOPES } from '#server/ports/identity.ts';

export const createTokenSchema = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}]([\p{L}\p{N} ._-]{0,61}[\p{L}\p{N}])?$/u, 'not a name'),
  scope: z.enum(TOKEN_SCOPES),
  /** Days until it ends. */
  days: z.int().min(1).max(365),
});
