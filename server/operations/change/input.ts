import * as z from 'zod';
import { GATE_POLICIES } from '#server/domain/start-gate.ts';
import { AppError } from '#server/errors/app-error.ts';
import { followConninfo } from '#server/domain/follow-conninfo.ts';
import { zPinnedHook } from '../hooks/pinned-hook.ts';
import { zPinnedRoute } from '../routes/pinned-route.ts';
import { zLocation } from '../setup-standby/input.ts';

const zChangeNode = z.object({
  serverId: z.string(),
  serverName: z.string(),
  instanceId: z.string(),
  location: zLocation,
  /** Address under which the other node reaches it. */
  address: z.string().min(1),
  monitorRole: z.string(),
  monitorSecretId: z.string(),
});

/**
 * What every change of roles is pinned to. Roles are pinned once: "primary" means two different
 * machines while it runs, so no step uses that word for a node.
 */
export const zChangeInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  environment: z.enum(['production', 'staging', 'development']),
  /** Roles as recorded in this epoch. */
  epoch: z.number().int().min(1),
  majorVersion: z.number().int(),
  systemIdentifier: z.string(),
  mode: z.enum(['asynchronous', 'synchronous']),
  oldPrimary: zChangeNode,
  newPrimary: zChangeNode,
  /** The pair's slot, on whichever node is primary; also the standby's application_name. */
  slotName: z.string().regex(/^[a-z0-9_]{1,63}$/),
  replicationRole: z.string(),
  rewindRole: z.string(),
  /** What is called around the change, in the order of the pair's list. */
  hooks: z.array(zPinnedHook).default([]),
  /** How applications reach the primary. */
  routes: z.array(zPinnedRoute).default([]),
  /** Replication is encrypted and verified by the pair's own authority. */
  tls: z.boolean().default(false),
  /** Per instance, the name that the other node expects in its certificate. */
  tlsNames: z.record(z.string(), z.string()).default({}),
  /** Start gates that are wanted and not laid yet. */
  gateWish: z.enum(GATE_POLICIES).nullable().default(null),
  /** Why, in the person's words; null = not asked. */
  reason: z.string().nullable(),
});
export type ChangeInput = z.infer<typeof zChangeInput>;
export type Pin = 'oldPrimary' | 'newPrimary';

/** Parses stored input; throws INVALID_INPUT that names the field. */
export function parseChange<T>(schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('INVALID_INPUT', {
    message: `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`,
    hint: 'Open the page anew.',
  });
}

export const other = (pin: Pin): Pin => (pin === 'oldPrimary' ? 'newPrimary' : 'oldPrimary');

export const autoConfPath = (input: ChangeInput, pin: Pin): string =>
  `${input[pin].location.dataDirectory}/postgresql.auto.conf`;

export const signalPath = (input: ChangeInput, pin: Pin): string =>
  `${input[pin].location.dataDirectory}/standby.signal`;

/** What a standby on `pin` follows: the other node, with the passfile that both nodes hold. */
export function followSettings(input: ChangeInput, pin: Pin): Map<string, string> {
  const conninfo = followConninfo({
    source: input[other(pin)],
    directory: input[pin].location.dataDirectory,
    role: input.replicationRole,
    slotName: input.slotName,
    tls: input.tls ? { names: input.tlsNames } : null,
  });
  return new Map([
    ['primary_conninfo', conninfo],
    ['primary_slot_name', input.slotName],
  ]);
}
