import type { GateResult, Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import type { Pin } from '../../change/input.ts';
import type { ChangeObservation, RunningLook } from '../../change/look.ts';
import type { SwitchoverInput } from '../input.ts';

export type SwitchGate = Gate<ChangeObservation, SwitchoverInput>;

export interface Verdict {
  state: GateResult['state'];
  detail: Text;
  fix?: Text;
  sessions?: NonNullable<GateResult['sessions']>;
}
export const ok = (detail: Text): Verdict => ({ state: 'ok', detail });
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
export function gate(
  code: string,
  on: Pin | null,
  title: Text,
  judge: (o: ChangeObservation, input: SwitchoverInput) => Verdict,
): SwitchGate {
  return (o, input) => {
    const verdict = judge(o, input);
    return {
      code,
      state: verdict.state,
      server: on === null ? null : o.names[on],
      title,
      detail: verdict.detail,
      fix: verdict.fix ?? null,
      ...(verdict.sessions === undefined ? {} : { sessions: verdict.sessions }),
      measuredAtMs: o.takenAtMs,
    };
  };
}

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
