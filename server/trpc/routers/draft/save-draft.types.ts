import { z } from 'zod';
import { idSchema } from '../id.types.ts';
import { secretSchema } from '../secret.types.ts';
import { draftDataSchema } from './draft-data.types.ts';

export const saveDraftSchema = z.object({
  id: idSchema,
  data: draftDataSchema,
  /** Password of the role that an adopted pair is watched with; absent = the stored one stays. */
  rolePassword: secretSchema.optional(),
});
