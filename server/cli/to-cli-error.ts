import { isTRPCClientError } from '@trpc/client';
import { z } from 'zod';
import { ERROR_CATALOG, type ErrorCategory, type ErrorCode } from '#server/errors/catalog.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

const zProblem = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

const EXIT_OF_CATEGORY = {
  input: EXIT.usage,
  'not-found': EXIT.usage,
  precondition: EXIT.refused,
  conflict: EXIT.refused,
  unsafe: EXIT.refused,
  refused: EXIT.refused,
  unreachable: EXIT.unreachable,
  auth: EXIT.unreachable,
  forbidden: EXIT.unreachable,
  limited: EXIT.unreachable,
  'unknown-outcome': EXIT.unexpected,
  'remote-command': EXIT.unexpected,
  postgres: EXIT.unexpected,
  bug: EXIT.unexpected,
} as const satisfies Record<ErrorCategory, ExitCode>;

/** Input fields that are a person's confirmation. */
const CONFIRMING = ['confirmation', 'ticks', 'reason'];

const isCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CATALOG, text);

/** Anything that was thrown, with the exit status that belongs to it. */
export function toCliError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown;
  if (!isTRPCClientError<AppRouter>(thrown)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new CliError(EXIT.unexpected, { code: 'UNEXPECTED', message });
  }
  const problem = zProblem.safeParse(thrown.data?.problem);
  if (!problem.success) return noAnswer(thrown);
  const { data, ...rest } = problem.data;
  return new CliError(exitOf(rest.code, data ?? {}), { ...rest, facts: data === undefined ? {} : { data } });
}

function exitOf(code: string, data: Record<string, unknown>): ExitCode {
  if (code === 'INVALID_INPUT' && CONFIRMING.includes(String(data['field']))) return EXIT.confirmation;
  return isCode(code) ? EXIT_OF_CATEGORY[ERROR_CATALOG[code].category] : EXIT.unexpected;
}

function noAnswer(error: Error): CliError {
  const cause = error.cause instanceof Error ? error.cause : null;
  const deeper = cause?.cause instanceof Error ? cause.cause.message : null;
  return new CliError(EXIT.unreachable, {
    code: 'TANDEM_UNREACHABLE',
    message: 'Tandem does not answer',
    detail: [error.message, deeper].filter((line) => line !== null && line !== '').join(': '),
    hint: 'Set TANDEM_URL to the address of the console, and look whether Tandem runs.',
  });
}
