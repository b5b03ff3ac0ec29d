import type { DiagnosisCode } from '#server/domain/pair-sample.ts';

/** What a diagnosis means for the picture; its wording is in messages `diagnosis.<code>`. */
export interface DiagnosisLook {
  /** The two servers' positions may be compared. */
  distancesMeanSomething: boolean;
  /** The primary itself is the problem: an emergency failover comes into question. */
  primaryInTrouble: boolean;
}

export const DIAGNOSIS_LOOK = {
  healthy: { distancesMeanSomething: true, primaryInTrouble: false },
  starting: { distancesMeanSomething: true, primaryInTrouble: false },
  lagging: { distancesMeanSomething: true, primaryInTrouble: false },
  'standby-not-streaming': { distancesMeanSomething: true, primaryInTrouble: false },
  'standby-unreachable': { distancesMeanSomething: true, primaryInTrouble: false },
  'standby-detached': { distancesMeanSomething: false, primaryInTrouble: false },
  'standby-down': { distancesMeanSomething: true, primaryInTrouble: false },
  'primary-unreachable-by-us': { distancesMeanSomething: true, primaryInTrouble: false },
  'primary-not-answering': { distancesMeanSomething: true, primaryInTrouble: true },
  'primary-down': { distancesMeanSomething: true, primaryInTrouble: true },
  'both-unreachable': { distancesMeanSomething: false, primaryInTrouble: false },
  'two-primaries': { distancesMeanSomething: false, primaryInTrouble: false },
  'no-primary': { distancesMeanSomething: false, primaryInTrouble: false },
  'roles-swapped': { distancesMeanSomething: false, primaryInTrouble: false },
  'timeline-diverged': { distancesMeanSomething: false, primaryInTrouble: false },
  'wrong-system': { distancesMeanSomething: false, primaryInTrouble: false },
  'slot-holding-wal': { distancesMeanSomething: true, primaryInTrouble: false },
  'replay-paused': { distancesMeanSomething: true, primaryInTrouble: false },
  'host-key-changed': { distancesMeanSomething: false, primaryInTrouble: false },
} as const satisfies Record<DiagnosisCode, DiagnosisLook>;
