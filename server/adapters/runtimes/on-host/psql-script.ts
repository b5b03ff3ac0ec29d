import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Between fields and rows of psql's output: control characters that text hardly ever holds. */
export const FIELD_SEPARATOR = '\u001f';
export const ROW_SEPARATOR = '\u001e';

/** What PostgreSQL answers is read by us and shown beside English text. */
const ENGLISH = "SET lc_messages = 'C';\n";

/** Statements with a secret in them must reach no log, not even when they fail. */
const QUIET = `SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET log_duration = off;
SET log_parameter_max_length_on_error = 0;
`;

/**
 * A script for psql's standard input: variables first, then one statement, which uses them as
 * `:'name'` (a literal) or `:"name"` (an identifier). Values never become arguments of a process.
 */
export function psqlScript(sql: string, variables: Readonly<Record<string, string | Secret>>): Secret {
  const lines = Object.entries(variables).map(
    ([name, value]) => `\\set ${requireName(name)} ${quoteSetValue(value)}`,
  );
  const hasSecret = Object.values(variables).some((value) => value instanceof Secret);
  const statement = sql.trim().replace(/;+$/, '');
  return new Secret(`${ENGLISH}${hasSecret ? QUIET : ''}${lines.join('\n')}\n${statement}\n;\n`);
}

/** Rows of text from unaligned, tuples-only output with our separators. */
export function parseRows(stdout: string): string[][] {
  const text = stdout.endsWith('\n') ? stdout.slice(0, -1) : stdout;
  if (text === '') return [];
  return text.split(ROW_SEPARATOR).map((row) => row.split(FIELD_SEPARATOR));
}

/**
 * psql's own quoting for arguments of `\set`: single quotes doubled, C-like escapes for what cannot
 * stand in a line (psql reference, "Meta-Commands").
 */
function quoteSetValue(value: string | Secret): string {
  const text = value instanceof Secret ? value.reveal() : value;
  if (text.includes('\0')) {
    throw new AppError('INVALID_INPUT', {
      message: 'a value for PostgreSQL holds a NUL byte',
      hint: 'Remove the NUL byte; no text in PostgreSQL can hold one.',
    });
  }
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `'${escaped}'`;
}

function requireName(name: string): string {
  if (VARIABLE_NAME.test(name)) return name;
  throw new AppError('INVALID_INPUT', {
    message: `not a name for a variable: ${JSON.stringify(name.slice(0, 40))}`,
  });
}
