import { AppError, type Problem } from '#server/errors/app-error.ts';

/** Connections are refused for the moment: starting up, shutting down, in recovery without hot standby. */
const NOT_ACCEPTING = new Set(['57P01', '57P02', '57P03', '53300']);
/** Class 28: invalid authorization. */
const AUTHENTICATION = /^28/;

/** An error of node-postgres as one of ours; the SQLSTATE stays in data.sqlstate. */
export function sqlError(thrown: unknown, where: string): AppError {
  if (thrown instanceof AppError) return withForwardCause(thrown, where);
  const { code, message, detail, hint } = readFields(thrown);
  const problem: Omit<Problem, 'code'> = {
    message: `${where}: ${message.split('\n')[0] ?? ''}`,
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    data: { sqlstate: code },
  };
  if (code !== null && AUTHENTICATION.test(code)) {
    return new AppError('PG_AUTHENTICATION_FAILED', {
      ...problem,
      hint: 'The role, its password or the pg_hba.conf rule for Tandem was changed. Repair the login from the server page.',
      cause: thrown,
    });
  }
  if (code === null || NOT_ACCEPTING.has(code)) {
    return new AppError('PG_NOT_ACCEPTING_CONNECTIONS', {
      ...problem,
      hint: hint ?? 'PostgreSQL is stopped, starting or shutting down there. Look at its log.',
      cause: thrown,
    });
  }
  return new AppError('PG_ERROR', { ...problem, cause: thrown });
}

/** Nothing listens behind an open SSH connection: PostgreSQL does not accept. */
function withForwardCause(error: AppError, where: string): AppError {
  if (error.code !== 'FORWARD_NOT_ACCEPTED') return error;
  return new AppError('PG_NOT_ACCEPTING_CONNECTIONS', {
    message: `${where}: nothing listens there`,
    detail: error.message,
    hint: 'PostgreSQL is stopped, or listens elsewhere.',
    data: { sqlstate: null },
    cause: error,
  });
}

function readFields(thrown: unknown): {
  code: string | null;
  message: string;
  detail?: string;
  hint?: string;
} {
  if (!(thrown instanceof Error)) return { code: null, message: String(thrown) };
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(thrown, name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const code = text('code');
  const detail = text('detail');
  const hint = text('hint');
  return {
    code: code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? code : null,
    message: thrown.message,
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
  };
}
