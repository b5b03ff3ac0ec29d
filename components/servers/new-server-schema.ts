import * as z from 'zod/mini';
import type { inferProcedureInput } from '@trpc/server';
import { parseSshAddress } from '#server/domain/parse-ssh-address.ts';
import type { AppRouter } from '#server/trpc/root.ts';

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

export const newServerSchema = z
  .object({
    address: z.string().check(z.refine((text) => parseSshAddress(text) !== null)),
    name: z.string().check(z.trim(), z.regex(/^[\p{L}\p{N}]([\p{L}\p{N} ._-]{0,61}[\p{L}\p{N}])?$/u)),
    username: z.string().check(z.trim(), z.regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/)),
    port: z.string().check(z.trim(), z.refine(isPort)),
    credentialKind: z.enum(['generated-key', 'private-key']),
    privateKey: z.string(),
    passphrase: z.string(),
    jumpServerId: z.string(),
    sudoPassword: z.string(),
  })
  .check(
    z.refine((form) => form.credentialKind === 'generated-key' || form.privateKey.includes('PRIVATE KEY'), {
      path: ['privateKey'],
    }),
  );
export type NewServerForm = z.infer<typeof newServerSchema>;

export const EMPTY_SERVER: NewServerForm = {
  address: '',
  name: '',
  username: '',
  port: '22',
  credentialKind: 'generated-key',
  privateKey: '',
  passphrase: '',
  jumpServerId: '',
  sudoPassword: '',
};

const given = (text: string) => (text === '' ? null : text);

/** The form as the API takes it; empty fields are not given. */
export function toNewServer(form: NewServerForm): inferProcedureInput<AppRouter['server']['create']> {
  return {
    name: form.name,
    host: parseSshAddress(form.address)?.host ?? '',
    port: Number(form.port),
    username: form.username,
    jumpServerId: given(form.jumpServerId),
    sudoPassword: given(form.sudoPassword),
    credential:
      form.credentialKind === 'generated-key'
        ? { kind: 'generated-key' }
        : { kind: 'private-key', privateKey: form.privateKey, passphrase: given(form.passphrase) },
  };
}
