import * as z from 'zod/mini';
import type { Problem } from '#server/errors/app-error.ts';
import type { Text } from '#server/domain/plan.ts';

const textsSchema = z.array(z.object({ en: z.string(), de: z.string() }));

/** What got worse since the look on the screen, from a refusal; empty = it does not say. */
export function staleChanges(problem: Problem): Text[] {
  const { changes } = problem.data ?? {};
  if (problem.code !== 'STALE_VIEW' || typeof changes !== 'string') return [];
  try {
    const parsed = textsSchema.safeParse(JSON.parse(changes));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
