import type { MutationStep, ReadStep, StepContext } from '#server/engine/define-operation.ts';
import { GATE_WAIT_S, type StartGateSpec } from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import type { PairWorld } from '../../pair-world.ts';
import { layGate, tryGate } from '../../start-gate/gate-steps.ts';
import { specOf, type Side } from '../../start-gate/input.ts';
import { settleWish } from '../../start-gate/settle-wish.ts';
import type { SetupInput } from '../input.ts';
import type { SetupObservation } from '../observation.ts';

/** The gate of a pair that is set up is the one that the pair's page would lay. */
function gateSpec(input: SetupInput, side: Side): StartGateSpec | null {
  if (input.startGate === null) return null;
  const { roles, startGate: choice } = input;
  return specOf(
    { ...input, choice, waitSeconds: GATE_WAIT_S, replicationRole: roles.replication.name },
    side,
  );
}

type Part = MutationStep<PairWorld, SetupObservation, SetupInput> | ReadStep<PairWorld, SetupInput>;

const PARTS: readonly Part[] = [
  withPromise(layGate('standby', gateSpec)),
  layGate('primary', gateSpec),
  tryGate('standby', gateSpec),
  tryGate('primary', gateSpec),
  settleWish(),
];

/** Behind everything else: a pair that replicates is worth keeping when its gates cannot be laid. */
export const startGates: readonly Part[] = PARTS.map((part) => ({
  ...part,
  skip: (input: SetupInput) => input.startGate === null,
  addition: true,
}));

/** The first one says of all what becomes of the pair without them. */
function withPromise(
  part: MutationStep<PairWorld, SetupObservation, SetupInput>,
): MutationStep<PairWorld, SetupObservation, SetupInput> {
  return {
    ...part,
    explain: (c: Pick<StepContext<PairWorld, SetupInput>, 'world' | 'input'>) => {
      const { en, de } = part.explain(c);
      return text(
        `${en} If a gate cannot be laid, the gates are taken away, the pair stays, and you are asked.`,
        `${de} Gelingt eine Startsperre nicht, werden die Sperren entfernt, das Serverpaar bleibt, und Sie werden gefragt.`,
      );
    },
  };
}
