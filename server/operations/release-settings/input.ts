import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { zLocation } from '../setup-standby/input.ts';

/** What Compose is given as words: nothing that could be an option. */
const zWord = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/);
/** Absolute, without what a mount option could be mistaken for. */
const zPath = z.string().regex(/^\/[^\0\n:]*$/);
const zSha256 = z.string().regex(/^([0-9a-f]{64})?$/);
const zText = z.object({ en: z.string(), de: z.string() });

const zMember = z.object({
  serverId: z.string(),
  serverName: z.string(),
  instanceId: z.string(),
  location: zLocation,
});

/** The pair that the server belongs to, with its roles as recorded. */
export const zReleasePair = z.object({
  pairId: z.string(),
  pairName: z.string(),
  role: z.enum(['primary', 'standby']),
  partner: zMember,
});

const zFlag = z.object({
  name: z.string().regex(/^[a-z_][a-z0-9_.]*$/),
  /** As the command gives it; empty where it looks like a password. */
  value: z.string(),
  /** As the server has it. */
  setting: z.string(),
  chosen: z.boolean(),
  /** Why it cannot be chosen; null = it can. */
  stays: zText.nullable(),
});
export type CommandLineChoice = z.infer<typeof zFlag>;

/** Everything that releasing will do, decided when the plan was made. */
export const zReleaseInput = z.object({
  node: zMember,
  pair: zReleasePair.nullable(),
  /** All that the command line gives, chosen or not. */
  flags: z.array(zFlag),
  place: z.object({ project: zWord, service: zWord, directory: zPath, file: zPath }),
  /** How Compose is called there. */
  program: z.array(z.string()),
  imageId: z.string(),
  restartPolicy: z.string(),
  /** What `hashOfCommand` makes of the container's command; its words may hold a password. */
  command: z.object({ before: z.string(), after: z.string() }),
  /** Of the Compose file; its lines of the command as they are shown. */
  file: z.object({
    before: zSha256,
    after: zSha256,
    keptAs: zPath,
    mode: z.string(),
    shown: z.object({ before: z.string(), after: z.string() }),
  }),
  /** Compose itself can tell that a container is what its file says. */
  hashTells: z.boolean(),
  inRecovery: z.boolean(),
  systemIdentifier: z.string(),
  /** Names of the standbys that stream from it. */
  senders: z.array(z.string()),
  /** It streams from another server itself. */
  receives: z.boolean(),
  /** What lies before its start, as its configuration says; null = nothing. */
  startGate: z.string().nullable(),
});
export type ReleaseInput = z.infer<typeof zReleaseInput>;

/** Parses stored input; throws INVALID_INPUT that names the field. */
export function parseReleaseInput(raw: unknown): ReleaseInput {
  const parsed = zReleaseInput.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('INVALID_INPUT', {
    message: `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`,
  });
}

export const chosenOf = (input: Pick<ReleaseInput, 'flags'>): CommandLineChoice[] =>
  input.flags.filter((flag) => flag.chosen);

export const chosenNames = (input: Pick<ReleaseInput, 'flags'>): string[] =>
  chosenOf(input).map((flag) => flag.name);

/** Tells one command from another without its words. */
export const hashOfCommand = (words: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(words)).digest('hex');

export const containerOf = (input: Pick<ReleaseInput, 'node'>): string => input.node.location.name ?? '';
