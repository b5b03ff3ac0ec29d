import { isTRPCClientError } from '@trpc/client';
import * as z from 'zod/mini';
import { ERROR_CATALOG, type ErrorCode } from '#server/errors/catalog.ts';
import type { Problem } from '#server/errors/app-error.ts';
import type { AppRouter } from '#server/trpc/root.ts';

const isCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CATALOG, text);

const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.optional(z.string()),
  hint: z.optional(z.string()),
  data: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
});

/** The factual form of anything that a request threw; what is no AppError keeps its message. */
export function problemOf(error: unknown): Problem {
  if (isTRPCClientError<AppRouter>(error)) {
    const sent = problemSchema.safeParse(error.data?.problem);
    if (sent.success && isCode(sent.data.code)) {
      const { code, message, detail, hint, data } = sent.data;
      return {
        code,
        message,
        ...(detail === undefined ? {} : { detail }),
        ...(hint === undefined ? {} : { hint }),
        ...(data === undefined ? {} : { data }),
      };
    }
    if (error.data?.code === 'BAD_REQUEST') return { code: 'INVALID_INPUT', message: error.message };
    return { code: 'ASSERTION', message: error.message };
  }
  return { code: 'ASSERTION', message: error instanceof Error ? error.message : String(error) };
}
