import type { GateResult, Text } from '#server/domain/plan.ts';
import type { Gate } from '#server/engine/define-operation.ts';

/** What one condition says of one observation. */
export type Verdict = Pick<GateResult, 'state' | 'detail' | 'sessions'> & { fix?: Text };

export const ok = (detail: Text): Verdict => ({ state: 'ok', detail });

/** Gates of one kind of observation: each is a title and a pure verdict. `on` says where it was measured. */
export function gateMaker<O extends { takenAtMs: number }, I, On>(
  serverOf: (on: On, o: O, input: I) => string | null,
) {
  return (code: string, on: On, title: Text, judge: (o: O, input: I) => Verdict): Gate<O, I> =>
    (o, input) => ({
      code,
      server: serverOf(on, o, input),
      title,
      fix: null,
      measuredAtMs: o.takenAtMs,
      ...judge(o, input),
    });
}
