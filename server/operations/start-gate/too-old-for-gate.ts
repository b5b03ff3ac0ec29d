import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';

/** SHOW over a replication connection knows in_hot_standby from this major version on. */
export const OLDEST_GATE_MAJOR = 14;

/** Why a gate is not possible with that version. */
export function tooOldForGate(majorVersion: number): Text {
  return text(
    `PostgreSQL ${majorVersion} does not say over a replication connection whether it is the primary; ${OLDEST_GATE_MAJOR} and newer do.`,
    `PostgreSQL ${majorVersion} sagt über eine Replikationsverbindung nicht, ob es der Primärserver ist; ab ${OLDEST_GATE_MAJOR} geht das.`,
  );
}
