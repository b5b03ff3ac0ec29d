import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { AppError, type Problem } from '#server/errors/app-error.ts';
import { ERROR_CATALOG, ERROR_CATEGORIES } from '#server/errors/catalog.ts';

/** The API's form of anything that a procedure threw; the status follows from the catalogue. */
export function toTrpcError(thrown: TRPCError): TRPCError {
  const { cause } = thrown;
  if (!(cause instanceof AppError)) return thrown;
  const { http } = ERROR_CATEGORIES[ERROR_CATALOG[cause.code].category];
  return new TRPCError({ code: http, message: cause.message, cause });
}

/** True for errors that only the log may describe: nobody foresaw them. */
export function isUnexpected(error: TRPCError): boolean {
  if (error.cause instanceof AppError) return error.cause.code === 'ASSERTION';
  return error.code === 'INTERNAL_SERVER_ERROR';
}

/** What the browser gets to know about an error. */
export function toProblem(error: TRPCError, requestId: string): Problem {
  if (isUnexpected(error)) {
    return { code: 'ASSERTION', message: 'an unexpected error, described in the log', data: { requestId } };
  }
  if (error.cause instanceof AppError) return error.cause.toProblem();
  if (error.cause instanceof ZodError) return inputProblem(error.cause);
  if (error.code === 'NOT_FOUND') return { code: 'NOT_FOUND', message: 'there is no such procedure' };
  return { code: 'INVALID_INPUT', message: 'the request cannot be understood' };
}

function inputProblem(error: ZodError): Problem {
  const [first] = error.issues;
  return {
    code: 'INVALID_INPUT',
    message: 'the input is not valid',
    detail: error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    data: { field: first?.path.join('.') ?? null },
  };
}
