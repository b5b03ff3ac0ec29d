import { type Assessment, type FailureDiagnosis, type LossPreview } from '#server/domain/assessment.ts';
import { diagnoseFailure } from '#server/domain/failure-diagnosis.ts';
import { detachedAt } from '#server/domain/detachment.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import { previewLoss, type LastPrimary } from '#server/domain/loss-preview.ts';
import type { GateResult, Text } from '#server/domain/plan.ts';
import { bytesText, text } from '#server/domain/text.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import { changeInputOf } from '../change/change-input-of.ts';
import { assessed } from '../change/assessed.ts';
import { NOT_PREPARED, refused } from '../change/blank-assessment.ts';
import type { ChangeInput } from '../change/input.ts';
import { lookAtLowSettings } from '../change/low-settings.ts';
import { askWitnesses, type Testimony } from './ask-witnesses.ts';
import { failover } from './failover.ts';
import type { FailoverInput } from './input.ts';
import { FAILOVER_GATES, type FailoverObservation } from './steps/may-take-over.ts';
import type { ChangeWorld } from '../change/world.ts';

const PROMOTION_MS = 400;
const AT_MOST_MS = 10_000;
const SETTINGS_MS = 2_500;

/** Looks from every side at a pair whose primary may be gone, and says what a failover would do and lose. */
export async function assessFailover(o: {
  world: ChangeWorld;
  pair: ChangePair;
  last: LastPrimary | null;
  ids: Ids;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair } = o;
  const frame = {
    ids: o.ids,
    pair,
    kind: 'failover' as const,
    oldPrimary: pair.primary,
    newPrimary: pair.standby,
  };
  const base = changeInputOf(pair);
  const refusal = refusalOf(pair, base === null);
  if (base === null || refusal !== null)
    return refused({ ...frame, takenAtMs: world.clock.nowMs() }, refusal ?? NOT_PREPARED);
  const heard = await askWitnesses(world, base, o.signal);
  const takenAtMs = world.clock.nowMs();
  const diagnosis = diagnoseFailure(heard.facts, heard.witnesses);
  const last = o.last?.epoch === pair.epoch ? o.last : null;
  const loss = previewLoss(last, heard.standby?.receivedLsn ?? null, takenAtMs);
  const input = inputOf(pair, base, heard, loss);
  const low =
    heard.standby === null
      ? []
      : await lookAtLowSettings(world.newPrimary, heard.standby.replayPaused, {
          signal: o.signal,
          timeoutMs: SETTINGS_MS,
        });
  const gates = gatesOf({ heard, low }, input, diagnosis, takenAtMs, pair);
  return assessed(
    { ...frame, takenAtMs },
    { operation: failover, world, input, gates, outageMs: PROMOTION_MS },
    {
      outage: OUTAGE,
      loss,
      diagnosis,
      warnings: input.oldHostReachable ? [] : unguaranteed(pair),
      confirmation: demandOf(pair, loss, input.oldHostReachable, diagnosis),
    },
  );
}

const OUTAGE: Assessment['outage'] = {
  expectedMs: PROMOTION_MS,
  atMostMs: AT_MOST_MS,
  runs: 0,
  basis: text(
    'from your confirmation to the first write; what was received is replayed first',
    'von Ihrer Bestätigung bis zum ersten Schreibzugriff; Empfangenes wird zuerst eingespielt',
  ),
};

function inputOf(pair: ChangePair, base: ChangeInput, heard: Testimony, loss: LossPreview): FailoverInput {
  const reachable = heard.facts.ssh === 'works';
  const received = heard.standby?.receivedLsn ?? null;
  return {
    ...base,
    oldHostReachable: reachable,
    oldPostgresRuns: heard.facts.process === true,
    acceptUnproven: !reachable,
    receivedLsn: received === null ? null : formatLsn(received),
    releaseSync: pair.mode === 'synchronous',
    replayPaused: heard.standby?.replayPaused === true,
    loss,
  };
}

function refusalOf(pair: ChangePair, notPrepared: boolean): Text | null {
  if (notPrepared) return NOT_PREPARED;
  if (pair.detached !== null)
    return text(
      `${pair.standby.serverName} was detached on ${detachedAt(pair.detached)}: everything written since is missing there, so it is not promoted. Attach it again as soon as ${pair.primary.serverName} answers.`,
      `${pair.standby.serverName} wurde am ${detachedAt(pair.detached)} abgehängt: Alles seither Geschriebene fehlt dort, darum wird er nicht befördert. Hängen Sie ihn wieder an, sobald ${pair.primary.serverName} antwortet.`,
    );
  if (pair.mustRejoinInstanceId !== null)
    return text(
      'The other node is an old primary that has not come back yet: it must not be promoted.',
      'Der andere Knoten ist ein alter Primärserver, der noch nicht zurück ist: Er darf nicht befördert werden.',
    );
  return null;
}

function gatesOf(
  { heard, low }: { heard: Testimony; low: FailoverObservation['lowSettings'] },
  input: FailoverInput,
  diagnosis: FailureDiagnosis,
  takenAtMs: number,
  pair: ChangePair,
): GateResult[] {
  const observation = {
    takenAtMs,
    name: pair.standby.serverName,
    position: heard.standby,
    failure: heard.standbyFailure,
    detached: pair.detached !== null,
    lowSettings: low,
  };
  const results = FAILOVER_GATES.flatMap((gate) => gate(observation, input));
  const title = text('The failure calls for a promotion', 'Der Ausfall verlangt eine Beförderung');
  const states = { promote: 'ok', 'advised-against': 'warning', refused: 'blocking' } as const;
  const { advice } = diagnosis;
  results.unshift({
    code: 'failure-class',
    state: states[advice],
    server: pair.primary.serverName,
    title,
    detail: diagnosis.reason,
    fix: null,
    measuredAtMs: takenAtMs,
  });
  if (pair.runningOperationId !== null)
    results.push({
      code: 'no-other-operation',
      state: 'blocking',
      server: null,
      title: text('No other operation runs', 'Kein anderer Vorgang läuft'),
      detail: text('one is open', 'einer ist offen'),
      fix: text(
        'Look at it: it may already be moving the roles.',
        'Sehen Sie ihn sich an: Vielleicht wechselt er schon die Rollen.',
      ),
      measuredAtMs: takenAtMs,
    });
  return results;
}

/** Named before, and alarmed until the fence is set. */
function unguaranteed(pair: ChangePair): Text[] {
  const { serverName } = pair.primary;
  return [
    text(
      `If ${serverName} comes back by itself, it accepts writes for some seconds until Tandem fences it.`,
      `Kommt ${serverName} von selbst zurück, nimmt er für einige Sekunden Schreibzugriffe an, bis Tandem ihn isoliert.`,
    ),
    text(
      `If ${serverName} only lost its network to us and keeps running, applications that still reach it go on writing there: two primaries diverge.`,
      `Hat ${serverName} nur das Netz zu uns verloren und läuft weiter, schreiben Anwendungen, die ihn noch erreichen, dort weiter: Zwei Primärserver laufen auseinander.`,
    ),
  ];
}

/** Strength by risk: the host's name, or the pair's with each risk ticked. */
function demandOf(
  pair: ChangePair,
  loss: LossPreview,
  proven: boolean,
  { advice, reason }: FailureDiagnosis,
): Assessment['confirmation'] {
  const ticks: Assessment['confirmation']['ticks'] = [];
  if (!loss.guaranteedZero) ticks.push({ code: 'accept-loss', text: lossSentence(loss) });
  if (advice === 'advised-against') ticks.push({ code: 'against-advice', text: reason });
  if (!proven)
    ticks.push({
      code: 'accept-unproven',
      text: text(
        `${pair.primary.serverName} is powered off or isolated. I checked it. If it still runs, two primaries will diverge.`,
        `${pair.primary.serverName} ist ausgeschaltet oder isoliert. Ich habe es geprüft. Läuft er noch, laufen zwei Primärserver auseinander.`,
      ),
    });
  const risky = ticks.length > 0;
  return {
    word: risky ? { text: pair.name, of: 'pair' } : { text: pair.standby.serverName, of: 'new-primary' },
    ticks,
    reasonRequired: true,
  };
}

function lossSentence(loss: LossPreview): Text {
  const { atMost } = loss.bytes;
  if (atMost === null)
    return text(
      'I accept a loss that nobody can tell: it is unknown how much never reached the standby.',
      'Ich nehme einen Verlust in Kauf, den niemand beziffern kann: Es ist unbekannt, wie viel den Standby-Server nie erreicht hat.',
    );
  const size = bytesText(atMost);
  const n = loss.transactions.atMost;
  return text(
    `I accept losing up to ${size.en}${n === null ? '' : ` / about ${n} transactions`}.`,
    `Ich nehme den Verlust von bis zu ${size.de}${n === null ? '' : ` / etwa ${n} Transaktionen`} in Kauf.`,
  );
}
