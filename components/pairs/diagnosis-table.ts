import type { DiagnosisCode } from '#server/domain/pair-sample.ts';

/** Which numbers the sentence of a diagnosis carries; the wording is in messages `diagnosis.<code>`. */
export interface DiagnosisLook {
  /** Data on the standby may still be compared: distances mean something. */
  distancesMeanSomething: boolean;
  /** Which node a person should look at first. */
  lookAt: 'primary' | 'standby' | 'both';
}

export const DIAGNOSIS_LOOK = {
  healthy: { distancesMeanSomething: true, lookAt: 'both' },
  starting: { distancesMeanSomething: false, lookAt: 'both' },
  lagging: { distancesMeanSomething: true, lookAt: 'standby' },
  'standby-not-streaming': { distancesMeanSomething: true, lookAt: 'standby' },
  'standby-unreachable': { distancesMeanSomething: true, lookAt: 'standby' },
  'standby-down': { distancesMeanSomething: false, lookAt: 'standby' },
  'primary-unreachable-by-us': { distancesMeanSomething: true, lookAt: 'primary' },
  'primary-not-answering': { distancesMeanSomething: true, lookAt: 'primary' },
  'primary-down': { distancesMeanSomething: true, lookAt: 'primary' },
  'both-unreachable': { distancesMeanSomething: false, lookAt: 'both' },
  'two-primaries': { distancesMeanSomething: false, lookAt: 'both' },
  'no-primary': { distancesMeanSomething: false, lookAt: 'both' },
  'roles-swapped': { distancesMeanSomething: false, lookAt: 'both' },
  'timeline-diverged': { distancesMeanSomething: false, lookAt: 'standby' },
  'wrong-system': { distancesMeanSomething: false, lookAt: 'standby' },
  'slot-holding-wal': { distancesMeanSomething: true, lookAt: 'primary' },
  'replay-paused': { distancesMeanSomething: true, lookAt: 'standby' },
  'host-key-changed': { distancesMeanSomething: false, lookAt: 'both' },
} as const satisfies Record<DiagnosisCode, DiagnosisLook>;
