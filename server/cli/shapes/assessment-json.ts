import type { Assessment, Estimate, LossPreview, OutageForecast } from '#server/domain/assessment.ts';
import { bytes, duration, iso } from '../units.ts';
import { gateJson, gateLines, planJson, planLines } from './plan-json.ts';

/** The look that a change of roles is decided on, as every document prints it. */
export function assessmentJson(a: Assessment) {
  return {
    kind: a.kind,
    takenAt: iso(a.takenAtMs),
    epoch: a.epoch,
    oldPrimary: a.oldPrimary,
    newPrimary: a.newPrimary,
    readiness: a.readiness,
    refusal: a.refusal?.en ?? null,
    gates: a.gates.map(gateJson),
    plan: a.plan === null ? null : planJson(a.plan),
    outage: a.outage === null ? null : { ...a.outage, basis: a.outage.basis.en },
    loss: a.loss === null ? null : { ...a.loss, basis: a.loss.basis.en },
    diagnosis:
      a.diagnosis === null
        ? null
        : {
            class: a.diagnosis.class,
            advice: a.diagnosis.advice,
            reason: a.diagnosis.reason.en,
            witnesses: a.diagnosis.witnesses.map(({ name, verdict, detail, atMs }) => ({
              name,
              verdict,
              detail: detail.en,
              at: iso(atMs),
            })),
          },
    ways: a.ways.map((way) => ({ ...way, reason: way.reason.en })),
    chosenWay: a.chosenWay,
    warnings: a.warnings.map((warning) => warning.en),
    confirmation: {
      word: a.confirmation.word?.text ?? null,
      wordOf: a.confirmation.word?.of ?? null,
      ticks: a.confirmation.ticks.map((tick) => ({ code: tick.code, text: tick.text.en })),
      reasonRequired: a.confirmation.reasonRequired,
    },
    runningOperationId: a.runningOperationId,
  };
}

/** The same for a person: conditions, plan with the line of no return, what it costs. */
export function assessmentLines(a: Assessment): string[] {
  const direction = a.kind === 'rejoin' ? `${a.oldPrimary} comes back` : `${a.oldPrimary} → ${a.newPrimary}`;
  return [
    `${a.kind}: ${direction} (${a.readiness})`,
    ...diagnosisLines(a),
    'Conditions:',
    ...gateLines(a.gates),
    ...(a.ways.length === 0 ? [] : ['Ways:', ...wayLines(a)]),
    ...(a.plan === null ? [] : ['Plan:', ...planLines(a.plan)]),
    ...(a.outage === null ? [] : [outageLine(a.outage)]),
    ...(a.loss === null ? [] : lossLines(a.loss)),
    ...a.warnings.map((warning) => `! ${warning.en}`),
    ...(a.refusal === null ? [] : [`Refused: ${a.refusal.en}`]),
  ];
}

function diagnosisLines({ diagnosis }: Assessment): string[] {
  if (diagnosis === null) return [];
  const heard = diagnosis.witnesses.map(
    (w) => `  ${w.name.padEnd(13)} ${w.verdict.padEnd(7)} ${w.detail.en}`,
  );
  return [`Diagnosis: ${diagnosis.class}, ${diagnosis.advice}: ${diagnosis.reason.en}`, ...heard];
}

function wayLines(a: Assessment): string[] {
  return a.ways.map((way) => {
    const mark = way.way === a.chosenWay ? '*' : ' ';
    const cost = way.feasible ? `${bytes(way.bytes)}, ${duration(way.expectedMs)}` : 'not possible';
    return `  ${mark} ${way.way.padEnd(8)} ${cost}: ${way.reason.en}`;
  });
}

function outageLine(outage: OutageForecast): string {
  return `Expected outage: ${duration(outage.expectedMs)}, at most ${duration(outage.atMostMs)} (${outage.basis.en})`;
}

function lossLines(loss: LossPreview): string[] {
  const estimate = (e: Estimate, show: (value: number | null) => string): string =>
    e.confidence === 'unknown' ? 'unknown' : `${show(e.value)}, at most ${show(e.atMost)} (${e.confidence})`;
  const count = (value: number | null): string => (value === null ? '?' : String(value));
  return [
    `Expected loss: ${loss.guaranteedZero ? 'nothing' : ''} ${loss.basis.en}`,
    `  bytes         ${estimate(loss.bytes, bytes)}`,
    `  transactions  ${estimate(loss.transactions, count)}`,
    `  seconds       ${estimate(loss.seconds, count)}`,
  ];
}
