import type { GateResult, Text } from '#server/domain/plan.ts';
import { formatLsn, requireLsn } from '#server/domain/lsn.ts';
import { sameText, text } from '#server/domain/text.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { Gate, StepContext } from '#server/engine/define-operation.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import { within } from '../../pair-world.ts';
import type { FailoverInput } from '../input.ts';
import type { FailoverWorld } from '../world.ts';

/** One quick look at the node that takes over; the old one is not waited for. */
export interface FailoverObservation {
  takenAtMs: number;
  name: string;
  position: NodePosition | null;
  failure: string | null;
}

export async function observeFailover(
  c: StepContext<FailoverWorld, FailoverInput>,
): Promise<FailoverObservation> {
  const base = { takenAtMs: c.world.clock.nowMs(), name: c.input.newPrimary.serverName };
  try {
    const position = await c.world.newPrimary.session.position(within(c, 5_000));
    return { ...base, position, failure: null };
  } catch (thrown) {
    c.signal.throwIfAborted();
    return { ...base, position: null, failure: toAppError(thrown).message };
  }
}

type FailoverGate = Gate<FailoverObservation, FailoverInput>;
type Verdict = Pick<GateResult, 'state' | 'detail'> & { fix?: Text };

function gate(
  code: string,
  title: Text,
  judge: (p: NodePosition, input: FailoverInput) => Verdict,
): FailoverGate {
  return (o, input) => {
    const verdict: Verdict =
      o.position === null
        ? {
            state: 'blocking',
            detail: sameText(o.failure ?? ''),
            fix: text(
              'It must answer before it can take over.',
              'Er muss antworten, bevor er übernehmen kann.',
            ),
          }
        : judge(o.position, input);
    return { code, server: o.name, title, fix: null, measuredAtMs: o.takenAtMs, ...verdict };
  };
}

const isStandby = gate(
  'is-standby',
  text('It is a standby that answers', 'Er ist ein Standby-Server, der antwortet'),
  (p) =>
    p.inRecovery
      ? { state: 'ok', detail: text(`timeline ${p.timeline}`, `Zeitlinie ${p.timeline}`) }
      : { state: 'blocking', detail: text('it accepts writes already', 'er nimmt schon Schreibzugriffe an') },
);

const sameSystem = gate(
  'same-system',
  text('It is this pair’s database system', 'Er ist das Datenbanksystem dieses Paars'),
  (p, input) => ({
    state: p.systemIdentifier === input.systemIdentifier ? 'ok' : 'blocking',
    detail: sameText(p.systemIdentifier),
  }),
);

const replayRuns = gate(
  'replay-runs',
  text('Replay is not paused', 'Das Einspielen ist nicht angehalten'),
  (p) =>
    p.replayPaused
      ? {
          state: 'blocking',
          detail: text(
            'replay is paused: a promotion would wait',
            'das Einspielen ist angehalten: Eine Beförderung würde warten',
          ),
          fix: sameText('SELECT pg_wal_replay_resume();'),
        }
      : { state: 'ok', detail: sameText(formatLsn(p.lsn)) },
);

/** A receiver that still advances has a primary that still writes: promoting then makes two of them. */
const receiverStands = gate(
  'receiver-stands',
  text('It receives nothing any more', 'Er empfängt nichts mehr'),
  (p, input) => {
    const now = p.receivedLsn === null ? null : formatLsn(p.receivedLsn);
    const advanced =
      p.receivedLsn !== null && input.receivedLsn !== null && p.receivedLsn > requireLsn(input.receivedLsn);
    if (advanced && p.receiver === 'streaming') {
      return {
        state: 'blocking',
        detail: text(
          `received ${now ?? '?'}, was ${input.receivedLsn ?? '?'}: the old primary still writes`,
          `empfangen ${now ?? '?'}, war ${input.receivedLsn ?? '?'}: Der alte Primärserver schreibt noch`,
        ),
        fix: text(
          'The old primary lives and the standby hears it: use the planned switchover.',
          'Der alte Primärserver lebt, und der Standby-Server hört ihn: Benutzen Sie den geplanten Rollenwechsel.',
        ),
      };
    }
    return { state: 'ok', detail: sameText(`${now ?? '-'} (${p.receiver ?? 'no receiver'})`) };
  },
);

export const FAILOVER_GATES: readonly FailoverGate[] = [isStandby, sameSystem, replayRuns, receiverStands];
