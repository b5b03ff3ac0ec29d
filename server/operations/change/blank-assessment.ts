import type { Assessment, ChangeKind } from '#server/domain/assessment.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { ChangeMember, ChangePair, StoredAssessment } from '#server/ports/change-store.ts';

export interface AssessmentFrame {
  ids: Ids;
  pair: ChangePair;
  kind: ChangeKind;
  takenAtMs: number;
  oldPrimary: ChangeMember;
  newPrimary: ChangeMember;
}

/** A look that says nothing yet: what every kind of change fills in. */
export function blankAssessment(o: AssessmentFrame): Assessment {
  return {
    id: o.ids.newId(),
    pairId: o.pair.pairId,
    kind: o.kind,
    epoch: o.pair.epoch,
    takenAtMs: o.takenAtMs,
    oldPrimary: o.oldPrimary.serverName,
    newPrimary: o.newPrimary.serverName,
    readiness: 'not-ready',
    gates: [],
    plan: null,
    refusal: null,
    outage: null,
    loss: null,
    diagnosis: null,
    ways: [],
    chosenWay: null,
    warnings: [],
    confirmation: { word: null, ticks: [], reasonRequired: false },
    runningOperationId: o.pair.runningOperationId,
  };
}

export const ANOTHER_WORKS = text(
  'Another operation works on this pair.',
  'Ein anderer Vorgang arbeitet an diesem Serverpaar.',
);

export const NOT_PREPARED = text(
  'Tandem does not know the replication role, rewind role or slot of this pair: prepare it for changes of roles first.',
  'Tandem kennt Replikationsrolle, Rewind-Rolle oder Slot dieses Paars nicht: Bereiten Sie es zuerst für Rollenwechsel vor.',
);

/** No plan can be made, and why. */
export function refused(o: AssessmentFrame, refusal: Text): StoredAssessment {
  return { assessment: { ...blankAssessment(o), refusal }, input: null };
}
