import { z } from 'zod';
import { Secret } from '#server/domain/secret.ts';

const LONGEST_SECRET = 20_000;

/** Text that becomes a Secret before anything else sees it. */
export const secretSchema = z
  .string()
  .min(1)
  .max(LONGEST_SECRET)
  .transform((text) => new Secret(text));
