import type { Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import type { Pin } from '../../change/input.ts';
import type { ChangeObservation, RunningLook } from '../../change/look.ts';
import { gateMaker, ok, type Verdict } from '../../gate-maker.ts';
import type { SwitchoverInput } from '../input.ts';

export type SwitchGate = Gate<ChangeObservation, SwitchoverInput>;

export { ok, type Verdict };
export const warning = (detail: Text, fix: Text): Verdict => ({ state: 'warning', detail, fix });
export const blocking = (detail: Text, fix: Text): Verdict => ({ state: 'blocking', detail, fix });

const NOT_MEASURED: Verdict = {
  state: 'unknown',
  detail: text(
    'could not be measured: PostgreSQL does not answer',
    'nicht messbar: PostgreSQL antwortet nicht',
  ),
};

export interface BothLooks {
  old: RunningLook;
  next: RunningLook;
  o: ChangeObservation;
  input: SwitchoverInput;
}

/** A gate from its title and a pure verdict on one observation. */
export const gate = gateMaker<ChangeObservation, SwitchoverInput, Pin | null>((on, { names }) =>
  on === null ? null : names[on],
);

/** A gate that needs both servers: without them it is unknown, which is never ready. */
export function gateOnBoth(
  code: string,
  on: Pin | null,
  title: Text,
  judge: (looks: BothLooks) => Verdict,
): SwitchGate {
  return gate(code, on, title, (o, input) => {
    const { oldPrimary: old, newPrimary: next } = o;
    if (old.state !== 'running' || next.state !== 'running') return NOT_MEASURED;
    return judge({ old, next, o, input });
  });
}

export const count = (n: number): Text => sameText(String(n));
export const none = text('none', 'keine');
