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
  if (result.exitCode === EXIT_NO_CONNECTION && sqlstate === null) return connectionError(text);
  const hint = lineOf(text, 'HINT');
  const detail = lineOf(text, 'DETAIL');
  return new AppError('PG_ERROR', {
    message: `PostgreSQL answered: ${server?.[2] ?? text.split('\n')[0] ?? ''}`,
    ...(detail === null ? {} : { detail }),
    ...(hint === null ? {} : { hint }),
    data: { sqlstate, exitCode: result.exitCode },
  });
}

/** A refused login is told in the server's own language; the languages of Tandem are known. */
const REFUSED =
  /authentication failed|no pg_hba\.conf entry|role ".*" does not exist|Authentifizierung .*fehlgeschlagen|kein pg_hba\.conf-Eintrag|Rolle ».*« existiert nicht/;

function connectionError(text: string): AppError {
  const data = { sqlstate: null };
  const detail = text.slice(0, 500);
  if (REFUSED.test(text)) {
    return new AppError('PG_AUTHENTICATION_FAILED', {
      message: 'PostgreSQL refuses its own OS owner over the local socket',
      detail,
      hint: 'Let the owner in as the superuser over the local socket: a line "local all all peer" first in pg_hba.conf. A superuser of another name than the owner needs a map in pg_ident.conf.',
      data,
    });
  }
  return new AppError('PG_NOT_ACCEPTING_CONNECTIONS', {
    message: 'PostgreSQL does not accept connections',
    detail,
    hint: 'It is stopped, starting or shutting down. Look at its log.',
    data,
  });
}

function lineOf(text: string, name: 'HINT' | 'DETAIL'): string | null {
  return new RegExp(`^${name}:\\s+(.*)`, 'm').exec(text)?.[1] ?? null;
}

function redact(text: string, variables: Readonly<Record<string, string | Secret>>): string {
  let redacted = text.replace(/^psql:[^:]*:\d+:\s*/gm, '');
  for (const value of Object.values(variables)) {
    if (value instanceof Secret && value.reveal() !== '')
      redacted = redacted.replaceAll(value.reveal(), String(value));
  }
  return redacted;
}
