import { z } from 'zod';
import { idSchema } from '../id.types.ts';
import { secretSchema } from '../secret.types.ts';

/** A name or address of a host: what may stand in a host name, an IPv4 or an IPv6 address. */
const hostSchema = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._:-]{0,252}[A-Za-z0-9])?$|^::1$/, 'not a host name or address');

/** POSIX user names, with the capital letters and dots that some directories allow. */
const usernameSchema = z
  .string()
  .trim()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'not a user name');

export const serverFieldsSchema = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}]([\p{L}\p{N} ._-]{0,61}[\p{L}\p{N}])?$/u, 'not a name'),
  host: hostSchema,
  port: z.int().min(1).max(65_535),
  username: usernameSchema,
  jumpServerId: idSchema.nullable(),
  credential: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('generated-key') }),
    z.object({
      kind: z.literal('private-key'),
      privateKey: secretSchema,
      passphrase: secretSchema.nullable(),
    }),
  ]),
  sudoPassword: secretSchema.nullable(),
});
