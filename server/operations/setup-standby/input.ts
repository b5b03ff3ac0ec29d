import * as z from 'zod';
import { followConninfo } from '#server/domain/follow-conninfo.ts';
import { RUNTIME_KINDS } from '#server/domain/instance-location.ts';
import { GATE_POLICIES } from '#server/domain/start-gate.ts';
import { AppError } from '#server/errors/app-error.ts';
import { pairHbaRules } from '#server/domain/hba-block.ts';

export const zLocation = z.object({
  kind: z.enum(RUNTIME_KINDS),
  name: z.string().min(1).nullable().default(null),
  dataDirectory: z.string().regex(/^\/[^\0\n]+$/),
  configDirectory: z.string().startsWith('/').nullable().default(null),
  binDirectory: z.string().startsWith('/'),
  osOwner: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  socketDirectory: z.string().startsWith('/').nullable(),
  superuser: z.string().min(1).exactOptional(),
});

export const zNode = z.object({
  serverId: z.string(),
  serverName: z.string(),
  instanceId: z.string(),
  location: zLocation,
  /** Address under which the other node reaches it. */
  address: z.string().min(1),
  /** Address as which the other node sees it connect: what hba rules name. Differs behind NAT. */
  seenAs: z.string().min(1),
});

export const zRole = z.object({
  name: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/),
  secretId: z.string(),
  /** Base64 of 16 random bytes; not a secret. */
  salt: z.string(),
});

/** Everything that setup-standby will do, decided when the plan was made. */
export const zSetupInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  environment: z.enum(['production', 'staging', 'development']),
  mode: z.enum(['asynchronous', 'synchronous']),
  majorVersion: z.number().int(),
  systemIdentifier: z.string(),
  superuser: z.string(),
  hbaFile: z.string(),
  primary: zNode,
  standby: zNode,
  slotName: z.string().regex(/^[a-z0-9_]{1,63}$/),
  roles: z.object({ replication: zRole, rewind: zRole, monitor: zRole }),
  settings: z.array(z.object({ name: z.string(), from: z.string(), to: z.string(), restart: z.boolean() })),
  /** Values that only the standby needs in its own postgresql.auto.conf. */
  standbySettings: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Where what lies in the target directory goes; null = it is empty or absent. */
  moveAsideTo: z.string().nullable(),
  /** Where the standby's old configuration goes when it lies outside that directory; null = there is none. */
  configAsideTo: z.string().nullable().default(null),
  /** Configuration outside the data directory that both containers have mounted under this path. */
  mountedFiles: z.array(z.string()).default([]),
  /** What the primary's postgresql.conf includes, where it comes out of a container: read by name, not by directory. */
  includedFiles: z.array(z.string()).default([]),
  /** The directories among it, also those without a file. */
  includedDirectories: z.array(z.string()).default([]),
  /** An unused server runs in the target directory and is stopped first. */
  stopTarget: z.boolean().default(false),
  /** The gate before each start of both servers; null = none. */
  startGate: z.enum(GATE_POLICIES).nullable().default(null),
  backupRateLimitBytes: z.number().int().positive().nullable(),
  /** Of the line that the copy takes, as it was measured before; null = it was not. */
  lineBytesPerSecond: z.number().positive().nullable().default(null),
  databaseBytes: z.number().nonnegative(),
});
export type SetupInput = z.infer<typeof zSetupInput>;

/** Parses stored input; throws INVALID_INPUT that names the field. */
export function parseSetupInput(raw: unknown): SetupInput {
  const parsed = zSetupInput.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('INVALID_INPUT', {
    message: `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`,
    hint: 'Make the plan anew.',
  });
}

/** True when a changed setting needs the primary to restart. */
export function needsRestart(input: SetupInput): boolean {
  return input.settings.some((s) => s.restart);
}

/** The block that both nodes carry. */
export function hbaRulesOf(input: SetupInput): string[] {
  return pairHbaRules(
    {
      replication: input.roles.replication.name,
      rewind: input.roles.rewind.name,
      monitor: input.roles.monitor.name,
    },
    [input.primary.seenAs, input.standby.seenAs],
    { inContainer: [input.primary, input.standby].some((node) => node.location.kind === 'docker') },
  );
}

/** Beside the target, for the base backup alone; removed when the standby runs. */
export function backupPassfilePath(input: SetupInput): string {
  return `${input.standby.location.dataDirectory}.tandem-pgpass`;
}

/** What the new standby follows; it is not encrypted before the pair is there. */
export function standbyConninfo(input: SetupInput): string {
  return followConninfo({
    source: input.primary,
    directory: input.standby.location.dataDirectory,
    role: input.roles.replication.name,
    slotName: input.slotName,
    tls: null,
  });
}
