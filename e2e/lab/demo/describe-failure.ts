import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';

const zAnswer = z.object({
  path: z.string().nullish(),
  problem: z.object({ code: z.string(), detail: z.string().nullish(), hint: z.string().nullish() }),
});

/** What went wrong, for the terminal: the API's own problem with its detail, and the causes behind an error. */
export function describeFailure(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const lines = [thrown.message];
  if (thrown instanceof TRPCClientError) {
    const answer = zAnswer.safeParse(thrown.data).data;
    if (answer !== undefined) {
      const { code, detail, hint } = answer.problem;
      lines.push(
        `  ${answer.path ?? ''}: ${code}`,
        ...[detail, hint].filter((one) => one).map((one) => `  ${one}`),
      );
    }
  }
  if (thrown.cause instanceof Error) lines.push(`  because ${describeFailure(thrown.cause)}`);
  return lines.join('\n');
}
