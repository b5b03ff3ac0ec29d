import { z } from 'zod';
import { idSchema } from '../id.types.ts';

const userSchema = z.string().regex(/^[a-z_][a-z0-9_-]{0,30}$/);

export const planPreparationSchema = z.object({
  id: idSchema,
  /** One per visit: the same key is the same look. */
  key: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
  wish: z.object({
    postgresql: z
      .object({ majorVersion: z.number().int().min(13).max(40), source: z.enum(['distribution', 'pgdg']) })
      .nullable(),
    docker: z.object({ source: z.enum(['distribution', 'docker']) }).nullable(),
    account: z
      .object({ name: userSchema.refine((name) => name !== 'root'), dockerGroup: z.boolean() })
      .nullable(),
    directories: z
      .array(
        z.object({
          path: z.string().regex(/^(\/[^/\0\n]+){2,}$/),
          owner: userSchema,
          mode: z.string().regex(/^0?[0-7]{3}$/),
        }),
      )
      .max(20),
    firewall: z
      .object({
        port: z.number().int().min(1).max(65_535),
        /** The other node in the inventory; null = only its address is known. */
        serverId: idSchema.nullable(),
        address: z.union([z.ipv4(), z.ipv6()]).nullable(),
      })
      .refine((one) => one.serverId !== null || one.address !== null)
      .nullable(),
  }),
});
