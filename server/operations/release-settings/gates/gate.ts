import { gateMaker } from '../../gate-maker.ts';
import type { ReleaseInput } from '../input.ts';
import type { ReleaseObservation } from '../observation.ts';

export const gate = gateMaker<ReleaseObservation, ReleaseInput, 'node' | 'partner'>((on, _, input) =>
  on === 'node' ? input.node.serverName : (input.pair?.partner.serverName ?? null),
);
