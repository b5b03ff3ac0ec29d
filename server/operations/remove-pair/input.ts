import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { zNode, zRole } from '../setup-standby/input.ts';

/**
 * What stays on the servers: `all` = nothing is touched; `replication` = what replication itself
 * needs; `nothing` = replication between the two ends as well.
 */
export const REMOVAL_KEEPS = ['all', 'replication', 'nothing'] as const;
export type RemovalKeep = (typeof REMOVAL_KEEPS)[number];

const zPlace = zNode.pick({ serverId: true, serverName: true, instanceId: true, location: true });

/** Everything that remove-pair will do, decided when the plan was made. */
const zRemoveInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  keep: z.enum(REMOVAL_KEEPS),
  /** Commits wait for the standby by a setting of ours. */
  synchronous: z.boolean(),
  systemIdentifier: z.string(),
  primary: zPlace,
  standby: zPlace,
  hbaFiles: z.object({ primary: z.string(), standby: z.string() }),
  /** Ours; null = the slot is somebody else's, or there is none. */
  slotName: z.string().nullable(),
  /** The standby's application_name, and the slot that it reads from, whoever made that; null = unknown. */
  followsAs: z.string().nullable(),
  /** Roles that Tandem made; null = none, or a person gave it. */
  roles: z.object({ replication: zRole.nullable(), rewind: zRole.nullable(), monitor: zRole.nullable() }),
  /** Secrets that nothing needs afterwards. */
  secretIds: z.array(z.string()),
  reason: z.string().nullable(),
});
export type RemoveInput = z.infer<typeof zRemoveInput>;
export type Side = 'primary' | 'standby';

/** Parses stored input; throws INVALID_INPUT that names the field. */
export function parseRemoveInput(raw: unknown): RemoveInput {
  const parsed = zRemoveInput.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('INVALID_INPUT', {
    message: `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`,
    hint: 'Make the plan anew.',
  });
}

/** True when the two nodes are to part. */
export const endsReplication = (input: RemoveInput): boolean =>
  input.keep === 'nothing' && input.roles.replication !== null;

type RoleName = keyof RemoveInput['roles'];

/** True when this role is taken away. */
export function dropsRole(input: RemoveInput, name: RoleName): boolean {
  if (input.keep === 'all' || input.roles[name] === null) return false;
  return name !== 'replication' || endsReplication(input);
}

/** Names of the roles that are taken away. */
export function droppedRoles(input: RemoveInput): string[] {
  const all = ['replication', 'rewind', 'monitor'] as const;
  return all.flatMap((name) => (dropsRole(input, name) ? [input.roles[name]?.name ?? ''] : []));
}
