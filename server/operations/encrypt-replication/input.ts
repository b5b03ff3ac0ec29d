import * as z from 'zod';
import { ENCRYPT_WAYS } from '#server/domain/assessment.ts';
import type { TlsNames } from '#server/domain/pair-tls.ts';
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
  /** PEM, with the intermediate certificates. */
  certificate: z.string(),
  keySecretId: z.string(),
  /** The name that the other node expects in it; null = the address. */
  name: z.string().nullable().default(null),
});

/** Made or given when a person starts the run: certificates are no secret, their keys lie in the store of secrets. */
export const zMaterial = z.object({
  /** No key = it is not Tandem's authority. */
  authority: z.object({ certificate: z.string(), keySecretId: z.string().nullable() }),
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
  /** Replication is encrypted already: other certificates. */
  renewal: z.boolean(),
  /** Whose certificates. */
  way: z.enum(ENCRYPT_WAYS).default('pair-authority'),
  primary: zSide,
  standby: zSide,
  /** Null in a plan that nobody has started. */
  material: zMaterial.nullable(),
});
export type EncryptInput = z.infer<typeof zEncryptInput>;
export const SIDES = ['primary', 'standby'] as const;
export type Side = (typeof SIDES)[number];

/** Parses stored input; throws INVALID_INPUT that names the field. */
export const parseEncryptInput = (raw: unknown): EncryptInput => parseChange(zEncryptInput, raw);

/** Names that the nodes expect of each other in certificates; empty = their addresses. */
export function namesOf({ material, ...input }: EncryptInput): TlsNames {
  const named = SIDES.map((side) => [input[side].instanceId, material?.[side].name ?? null] as const);
  return Object.fromEntries(named.filter((each): each is [string, string] => each[1] !== null));
}

export const otherSide = (side: Side): Side => (side === 'primary' ? 'standby' : 'primary');
