import type { DiagnosisCode } from '#server/domain/pair-sample.ts';

/** What a diagnosis means for the picture; its wording is in messages `diagnosis.<code>`. */
export interface DiagnosisLook {
  /** The two servers' positions may be compared. */
  distancesMeanSomething: boolean;
}

export const DIAGNOSIS_LOOK = {
  healthy: { distancesMeanSomething: true },
  starting: { distancesMeanSomething: true },
  lagging: { distancesMeanSomething: true },
  'standby-not-streaming': { distancesMeanSomething: true },
  'standby-unreachable': { distancesMeanSomething: true },
  'standby-down': { distancesMeanSomething: true },
  'primary-unreachable-by-us': { distancesMeanSomething: true },
  'primary-not-answering': { distancesMeanSomething: true },
  'primary-down': { distancesMeanSomething: true },
  'both-unreachable': { distancesMeanSomething: false },
  'two-primaries': { distancesMeanSomething: false },
  'no-primary': { distancesMeanSomething: false },
  'roles-swapped': { distancesMeanSomething: false },
  'timeline-diverged': { distancesMeanSomething: false },
  'wrong-system': { distancesMeanSomething: false },
  'slot-holding-wal': { distancesMeanSomething: true },
  'replay-paused': { distancesMeanSomething: true },
  'host-key-changed': { distancesMeanSomething: false },
} as const satisfies Record<DiagnosisCode, DiagnosisLook>;
