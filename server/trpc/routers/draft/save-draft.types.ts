import { z } from 'zod';
import { idSchema } from '../id.types.ts';
import { draftDataSchema } from './draft-data.types.ts';

export const saveDraftSchema = z.object({ id: idSchema, data: draftDataSchema });
