import { z } from 'zod';
import { idSchema } from '../id.types.ts';

export const draftNetworkSchema = z.object({ id: idSchema });
