import * as z from 'zod';
import { GATE_POLICIES } from '#server/domain/start-gate.ts';
import { AppError } from '#server/errors/app-error.ts';
import { zNode, zRole } from '../setup-standby/input.ts';

/** Everything that adopt-pair will do, decided when the plan was made. */
export const zAdoptInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  environment: z.enum(['production', 'staging', 'development']),
  mode: z.enum(['asynchronous', 'synchronous']),
  majorVersion: z.number().int(),
  systemIdentifier: z.string(),
  superuser: z.string(),
  primary: zNode,
  standby: zNode,
  hbaFiles: z.object({ primary: z.string(), standby: z.string() }),
  slotName: z.string().nullable(),
  /** application_name or client address under which the primary shows the standby. */
  senderName: z.string(),
  monitor: zRole,
  /** True = the admin gave the role: nothing is changed on either server. */
  monitorGiven: z.boolean(),
  /** Start gates that the pair's page shall offer; null = none are wanted, or none are possible. */
  startGate: z.enum(GATE_POLICIES).nullable().default(null),
});
export type AdoptInput = z.infer<typeof zAdoptInput>;

/** Parses stored input; throws INVALID_INPUT that names the field. */
export function parseAdoptInput(raw: unknown): AdoptInput {
  const parsed = zAdoptInput.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('INVALID_INPUT', {
    message: `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`,
    hint: 'Make the plan anew.',
  });
}
