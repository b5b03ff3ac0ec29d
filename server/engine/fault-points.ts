/**
 * Named instants of a step at which tests stop the world. In production every point does nothing.
 * after-start-record: nothing has happened on a host yet.
 * after-effect: `do` returned, nothing is recorded (the classic lost answer).
 * before-finish-record: the effect was proven, the proof is not recorded.
 */
export const FAULT_POINTS = ['after-start-record', 'after-effect', 'before-finish-record'] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

export interface FaultPoints {
  hit(o: { step: string; direction: 'forward' | 'undo'; point: FaultPoint }): Promise<void>;
}

export const NO_FAULTS: FaultPoints = { hit: () => Promise.resolve() };

/** Thrown by a test's fault point in place of a process kill: nothing may catch and record it. */
export class SimulatedCrash extends Error {
  constructor(at: string) {
    super(`simulated crash at ${at}`);
    this.name = 'SimulatedCrash';
  }
}
