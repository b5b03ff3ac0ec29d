import { type Assessment, type LossPreview, type OutageForecast } from '#server/domain/assessment.ts';
import { detachedAt } from '#server/domain/detachment.ts';
import type { GateResult, Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import { assessed } from '../change/assessed.ts';
import { refused } from '../change/blank-assessment.ts';
import { changeInputOf } from '../change/change-input-of.ts';
import type { ChangeInput } from '../change/input.ts';
import { observeChange } from '../change/look.ts';
import type { ChangeWorld } from '../change/world.ts';
import { SWITCHOVER_GATES } from './gates/switchover-gates.ts';
import type { SwitchoverInput } from './input.ts';
import { switchover } from './switchover.ts';

const MIB = 1024 ** 2;
export const DEFAULT_OUTAGE_LIMIT_MS = 30_000;
const FIRST_FORECAST_MS = 1_000;

/** Limits that a person may change are defaults here. */
export function switchoverInputOf(base: ChangeInput): SwitchoverInput {
  return {
    ...base,
    outageLimitMs: DEFAULT_OUTAGE_LIMIT_MS,
    syncWhileAlone: 'release',
    maxNotReceivedBytes: 16 * MIB,
    maxNotReplayedBytes: 64 * MIB,
  };
}

/** Median and worst of the last runs; without history an honest guess that says so. */
export function forecastOutage(outages: readonly number[], limitMs: number): OutageForecast {
  const sorted = [...outages].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) {
    return {
      expectedMs: FIRST_FORECAST_MS,
      atMostMs: limitMs,
      runs: 0,
      basis: text('no history yet', 'noch keine Erfahrungswerte'),
    };
  }
  const [least, most] = [sorted[0] ?? median, sorted.at(-1) ?? median];
  const s = (ms: number, comma: boolean): string => {
    const figure = (ms / 1_000).toFixed(2);
    return comma ? figure.replace('.', ',') : figure;
  };
  return {
    expectedMs: median,
    atMostMs: limitMs,
    runs: sorted.length,
    basis: text(
      `last ${sorted.length} runs: ${s(least, false)}–${s(most, false)} s`,
      `letzte ${sorted.length} Läufe: ${s(least, true)}–${s(most, true)} s`,
    ),
  };
}

/** One sentence to tick per warning: what is known is accepted one by one. */
function ticksOf(gates: readonly GateResult[]): Assessment['confirmation']['ticks'] {
  return gates
    .filter((g) => g.state === 'warning')
    .map((g) => ({
      code: g.code,
      text: { en: `${g.title.en}: ${g.detail.en}`, de: `${g.title.de}: ${g.detail.de}` },
    }));
}

/** Looks at both servers and says what a planned switchover would do and whether it may. */
export async function assessSwitchover(o: {
  world: ChangeWorld;
  pair: ChangePair;
  outages: readonly number[];
  ids: Ids;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair } = o;
  const frame = {
    ids: o.ids,
    pair,
    kind: 'switchover' as const,
    oldPrimary: pair.primary,
    newPrimary: pair.standby,
  };
  const base = changeInputOf(pair);
  const refusal = refusalOf(pair);
  if (base === null || refusal !== null)
    return refused({ ...frame, takenAtMs: world.clock.nowMs() }, refusal ?? NOT_PREPARED);
  const input = switchoverInputOf(base);
  const observation = await observeChange(world, input, o.signal);
  const { takenAtMs } = observation;
  const seen = { ...observation, otherOperation: pair.runningOperationId };
  const gates = SWITCHOVER_GATES.flatMap((gate) => gate(seen, input));
  const outage = forecastOutage(o.outages, input.outageLimitMs);
  const { serverName } = pair.standby;
  const word = pair.environment === 'production' ? { text: serverName, of: 'new-primary' as const } : null;
  return assessed(
    { ...frame, takenAtMs },
    { operation: switchover, world, input, gates, outageMs: outage.expectedMs },
    {
      outage,
      loss: nothingIsLost(pair),
      confirmation: { word, ticks: ticksOf(gates), reasonRequired: false },
    },
  );
}

function nothingIsLost(pair: ChangePair): LossPreview {
  return {
    bytes: MEASURED_ZERO,
    transactions: MEASURED_ZERO,
    seconds: MEASURED_ZERO,
    guaranteedZero: true,
    basis: text(
      `Nothing will be lost: ${pair.primary.serverName} stops writing before ${pair.standby.serverName} takes over.`,
      `Es geht nichts verloren: ${pair.primary.serverName} stellt das Schreiben ein, bevor ${pair.standby.serverName} übernimmt.`,
    ),
  };
}

const MEASURED_ZERO = { value: 0, atMost: 0, confidence: 'measured' as const };

function refusalOf(pair: ChangePair): Text | null {
  if (pair.detached !== null)
    return text(
      `${pair.standby.serverName} was detached on ${detachedAt(pair.detached)}: attach it again first.`,
      `${pair.standby.serverName} wurde am ${detachedAt(pair.detached)} abgehängt: Hängen Sie ihn zuerst wieder an.`,
    );
  return pair.mustRejoinInstanceId === null ? null : MUST_REJOIN;
}

const NOT_PREPARED = text(
  'Tandem watches this pair but does not know its replication role, rewind role or slot: prepare it for changes of roles first.',
  'Tandem überwacht dieses Serverpaar, kennt aber Replikationsrolle, Rewind-Rolle oder Slot nicht: Bereiten Sie es zuerst für Rollenwechsel vor.',
);
const MUST_REJOIN = text(
  'The old primary has not come back yet: rejoin it first.',
  'Der alte Primärserver ist noch nicht zurück: Gliedern Sie ihn zuerst wieder ein.',
);
