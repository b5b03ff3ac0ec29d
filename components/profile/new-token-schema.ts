import * as z from 'zod/mini';

/** The form's answers; the server asks the same of them. */
export const newTokenSchema = z.object({
  name: z.string().check(z.trim(), z.regex(/^[\p{L}\p{N}]([\p{L}\p{N} ._-]{0,61}[\p{L}\p{N}])?$/u)),
  scope: z.enum(['read', 'operate']),
  days: z.string().check(
    z.trim(),
    z.regex(/^\d+$/),
    z.refine((text) => Number(text) >= 1 && Number(text) <= 365),
  ),
});
