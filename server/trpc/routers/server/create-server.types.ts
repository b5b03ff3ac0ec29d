import { serverFieldsSchema } from './server-fields.types.ts';

export const createServerSchema = serverFieldsSchema;
