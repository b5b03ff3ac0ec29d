import { z } from 'zod';

/** Ids are ours: short and URL-safe. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'not an id');
