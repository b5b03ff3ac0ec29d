import type { GateResult, Text } from '#server/domain/plan.ts';
import { sameText } from '#server/domain/text.ts';

/** One row of what was found. */
export type Verdict = Pick<GateResult, 'state' | 'detail'> & { fix?: Text };

/** A row of which nobody knows; an error says it in its own words. */
export const unknown = (what: string | Text): Verdict => ({
  state: 'unknown',
  detail: typeof what === 'string' ? sameText(what) : what,
});
