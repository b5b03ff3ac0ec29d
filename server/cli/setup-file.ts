import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { GATE_WISHES } from '#server/domain/start-gate.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { parseBytes } from './units.ts';

const zPath = z.string().regex(/^\//, 'must be an absolute path');
const zBytes = z.union([z.string(), z.number()]).transform((value, context) => {
  const bytes = parseBytes(value);
  if (bytes === null) context.addIssue('must be a size such as 10GiB');
  return bytes ?? 0;
});

/** What `tandem setup --file` reads; unknown keys are refused, because a typo would be a default. */
const zSetupFile = z.strictObject({
  name: z.string().min(1),
  environment: z.enum(['production', 'staging', 'development']).default('production'),
  mode: z.enum(['asynchronous', 'synchronous']).default('asynchronous'),
  /** A file of before this question gets what it got then. */
  startGate: z.enum(GATE_WISHES).default('none'),
  primary: z.strictObject({ server: z.string().min(1), dataDirectory: zPath.optional() }),
  standby: z.strictObject({
    server: z.string().min(1),
    dataDirectory: zPath.optional(),
    port: z.int().min(1).max(65_535).optional(),
  }),
  limits: z
    .strictObject({
      slotKeep: zBytes.optional(),
      walKeep: zBytes.optional(),
      backupRatePerSecond: zBytes.optional(),
    })
    .default({}),
});
export type SetupFile = z.infer<typeof zSetupFile>;

/** The answers of a file in YAML (or JSON, which is YAML too); a usage error names what is wrong. */
export async function readSetupFile(path: string): Promise<SetupFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw wrong(path, cause instanceof Error ? cause.message : 'cannot be read');
  });
  return parseSetupFile(text, path);
}

/** The answers in the text of a file called `path`. */
export function parseSetupFile(text: string, path: string): SetupFile {
  const parsed = zSetupFile.safeParse(readYaml(text, path));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw wrong(path, lines.join('\n'));
}

function readYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw wrong(path, cause instanceof Error ? cause.message : String(cause));
  }
}

function wrong(path: string, detail: string): CliError {
  return new CliError(EXIT.usage, {
    code: 'USAGE',
    message: `${path} does not describe a set-up`,
    detail,
    hint: 'docs/command-line.md shows the form.',
  });
}
