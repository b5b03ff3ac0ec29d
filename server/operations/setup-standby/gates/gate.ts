import type { GateResult, Text } from '#server/domain/plan.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import type { SetupObservation } from '../observation.ts';

export type SetupGate = Gate<SetupObservation, unknown>;

type Verdict = Pick<GateResult, 'state' | 'detail'> & { fix?: Text };
export const ok = (detail: Text): Verdict => ({ state: 'ok', detail });

/** A gate from its title and a pure verdict on one observation. */
export function gate(
  code: string,
  on: 'primary' | 'standby' | null,
  title: Text,
  judge: (o: SetupObservation) => Verdict,
): SetupGate {
  return (o) => {
    const verdict = judge(o);
    return {
      code,
      state: verdict.state,
      server: on === null ? null : o.subject[on].serverName,
      title,
      detail: verdict.detail,
      fix: verdict.fix ?? null,
      measuredAtMs: o.takenAtMs,
    };
  };
}
