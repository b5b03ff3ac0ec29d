import { z } from 'zod';
import { CHANGE_KINDS, CHANGE_WAYS } from '#server/domain/assessment.ts';
import { idSchema } from '../id.types.ts';
import { secretSchema } from '../secret.types.ts';

const gateState = z.enum(['ok', 'warning', 'blocking', 'unknown']);

export const assessChangeSchema = z.object({
  pairId: idSchema,
  kind: z.enum(CHANGE_KINDS),
  way: z.enum(CHANGE_WAYS).nullable(),
});

const givenCertificateSchema = z.object({ certificate: secretSchema, key: secretSchema });

const ownCertificatesSchema = z.object({
  authority: secretSchema,
  primary: givenCertificateSchema,
  standby: givenCertificateSchema,
});

export const checkCertificatesSchema = z.object({ pairId: idSchema, certificates: ownCertificatesSchema });

export const startChangeSchema = assessChangeSchema.extend({
  seen: z.object({
    epoch: z.number().int(),
    oldPrimary: z.string().max(200),
    newPrimary: z.string().max(200),
    planHash: z.string().max(100).nullable(),
    gates: z.array(z.object({ code: z.string().max(100), state: gateState })).max(200),
    lossBytesAtMost: z.number().nullable(),
    lossKnown: z.boolean(),
  }),
  confirmation: z.string().max(300).nullable(),
  ticks: z.array(z.string().max(100)).max(100),
  reason: z.string().trim().max(2_000).nullable(),
  outageLimitMs: z.number().int(),
  syncWhileAlone: z.enum(['keep', 'release']),
  certificates: ownCertificatesSchema.nullable().default(null),
  idempotencyKey: z.string().min(8).max(200),
});

export const rehearseChangeSchema = z.object({ pairId: idSchema });

export const fenceNodeSchema = z.object({
  pairId: idSchema,
  instanceId: idSchema,
  /** Name of the server that is fenced. */
  confirmation: z.string().max(300),
});
