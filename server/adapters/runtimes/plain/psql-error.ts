import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { RunResult } from '#server/ports/host-transport.ts';

/** psql ends with 2 when the connection failed or broke, 3 when the statement did (ON_ERROR_STOP). */
const EXIT_NO_CONNECTION = 2;

/**
 * What psql complained about, as one of our errors. Only the message's own lines are kept: psql
 * repeats the statement (`LINE 1: …`), and that may hold a secret.
 */
export function psqlError(result: RunResult, variables: Readonly<Record<string, string | Secret>>): AppError {
  const text = redact(result.stderr, variables);
  const server = /(?:ERROR|FATAL|PANIC):\s+(?:([0-9A-Z]{5}):\s+)?(.*)/.exec(text);
  const sqlstate = server?.[1] ?? null;
  const message = server?.[2] ?? text.split('\n')[0] ?? '';
  if (result.exitCode === EXIT_NO_CONNECTION && sqlstate === null) {
    const refused = /authentication failed|no pg_hba\.conf entry|role ".*" does not exist/.test(text);
    return refused
      ? new AppError('PG_AUTHENTICATION_FAILED', {
          message: 'PostgreSQL refuses its own OS owner over the local socket',
          detail: text.slice(0, 500),
          hint: 'Let the owner in as the superuser over the local socket: a line "local all all peer" first in pg_hba.conf.',
          data: { sqlstate },
        })
      : new AppError('PG_NOT_ACCEPTING_CONNECTIONS', {
          message: 'PostgreSQL does not accept connections',
          detail: text.slice(0, 500),
          hint: 'It is stopped, starting or shutting down. Look at its log.',
          data: { sqlstate },
        });
  }
  const hint = /^HINT:\s+(.*)/m.exec(text)?.[1];
  const detail = /^DETAIL:\s+(.*)/m.exec(text)?.[1];
  return new AppError('PG_ERROR', {
    message: `PostgreSQL answered: ${message}`,
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    data: { sqlstate, exitCode: result.exitCode },
  });
}

function redact(text: string, variables: Readonly<Record<string, string | Secret>>): string {
  let redacted = text.replace(/^psql:[^:]*:\d+:\s*/gm, '');
  for (const value of Object.values(variables)) {
    if (value instanceof Secret && value.reveal() !== '')
      redacted = redacted.replaceAll(value.reveal(), String(value));
  }
  return redacted;
}
