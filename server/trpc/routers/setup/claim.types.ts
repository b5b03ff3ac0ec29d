import { z } from 'zod';

export const PASSWORD_MIN_LENGTH = 12;

export const claimSchema = z.object({
  language: z.enum(['en', 'de']),
  name: z.string().trim().min(1).max(100),
  email: z.email().max(254),
  password: z.string().min(PASSWORD_MIN_LENGTH).max(128),
  token: z.string().max(200).nullish(),
});
