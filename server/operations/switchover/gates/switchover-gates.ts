import { hooksAnswer } from '../../hooks/hooks-gate.ts';
import { routesLead } from '../../routes/routes-gate.ts';
import { READINESS_GATES } from './readiness-gates.ts';
import { STATE_GATES } from './state-gates.ts';
import type { SwitchGate } from './gate.ts';

/** What must be true before a planned switchover; the same gates make the pair's failover-ready state. */
export const SWITCHOVER_GATES: readonly SwitchGate[] = [
  ...STATE_GATES,
  ...READINESS_GATES,
  hooksAnswer,
  routesLead,
];
