import * as z from 'zod';
import { parseChange } from '../change/input.ts';
import { zLocation } from '../setup-standby/input.ts';

const zSide = z.object({
  serverId: z.string(),
  serverName: z.string(),
  instanceId: z.string(),
  location: zLocation,
  /** Address under which the other node reaches it: what its certificate names. */
  address: z.string().min(1),
  hbaFile: z.string(),
});

const zIssued = z.object({
  /** PEM. */
  certificate: z.string(),
  keySecretId: z.string(),
});

/** Made when a person starts the run: certificates are no secret, their keys lie in the store of secrets. */
export const zMaterial = z.object({
  authority: z.object({ certificate: z.string(), keySecretId: z.string() }),
  primary: zIssued,
  standby: zIssued,
  notAfterMs: z.number(),
});

export const zEncryptInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  /** Recorded epoch: roles must not change between the plan and the run. */
  epoch: z.number().int(),
  slotName: z.string(),
  replicationRole: z.string(),
  rewindRole: z.string(),
  /** The pair's authority is there already: new certificates of it. */
  renewal: z.boolean(),
  primary: zSide,
  standby: zSide,
  /** Null in a plan that nobody has started. */
  material: zMaterial.nullable(),
});
export type EncryptInput = z.infer<typeof zEncryptInput>;
export type Side = 'primary' | 'standby';

/** Parses stored input; throws INVALID_INPUT that names the field. */
export const parseEncryptInput = (raw: unknown): EncryptInput => parseChange(zEncryptInput, raw);

export const otherSide = (side: Side): Side => (side === 'primary' ? 'standby' : 'primary');
