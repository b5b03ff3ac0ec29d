import type { Gate } from '#server/engine/define-operation.ts';
import { gateMaker } from '../../gate-maker.ts';
import type { SetupObservation } from '../observation.ts';

export type SetupGate = Gate<SetupObservation, unknown>;

/** A gate from its title and a pure verdict on one observation. */
export const gate = gateMaker<SetupObservation, unknown, 'primary' | 'standby' | null>((on, { subject }) =>
  on === null ? null : subject[on].serverName,
);
