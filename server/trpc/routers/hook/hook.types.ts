import { z } from 'zod';
import { HOOK_MOMENTS, HTTP_METHODS } from '#server/domain/change-hook.ts';
import { idSchema } from '../id.types.ts';
import { secretSchema } from '../secret.types.ts';

/** Longer than anything allowed: the domain names the field and the bound. */
const text = z.string().max(20_000);

const shell = z.object({
  kind: z.literal('shell'),
  serverId: z.string().max(64),
  runAs: text.nullable(),
  mode: z.enum(['command', 'script']),
  line: text,
  check: text.nullable(),
});
const http = z.object({
  kind: z.literal('http'),
  method: z.enum(HTTP_METHODS),
  url: text,
  headers: z.array(z.object({ name: text, value: text })).max(100),
  body: text.nullable(),
  checkUrl: text.nullable(),
});

export const saveHookSchema = z.object({
  pairId: idSchema,
  /** Null = a new one. */
  hookId: idSchema.nullable(),
  hook: z.object({
    name: text.transform((name) => name.trim()),
    moment: z.enum(HOOK_MOMENTS),
    timeoutSeconds: z.number(),
    veto: z.boolean(),
    repeatable: z.boolean(),
    call: z.discriminatedUnion('kind', [shell, http]),
  }),
  token: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['keep', 'none']) }),
    z.object({ kind: z.literal('new'), token: secretSchema }),
  ]),
});
export const listHooksSchema = z.object({ pairId: idSchema });
export const removeHookSchema = z.object({ pairId: idSchema, hookId: idSchema });
export const checkHooksSchema = z.object({ pairId: idSchema, hookId: idSchema.nullable() });
