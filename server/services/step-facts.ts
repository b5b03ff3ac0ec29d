import type { Text } from '#server/domain/plan.ts';
import { POINT_OF_NO_RETURN } from '#server/engine/define-operation.ts';
import { adoptPair } from '#server/operations/adopt-pair/adopt-pair.ts';
import { checkHooks } from '#server/operations/check-hooks/check-hooks.ts';
import { detachStandby } from '#server/operations/detach-standby/detach-standby.ts';
import { encryptReplication } from '#server/operations/encrypt-replication/encrypt-replication.ts';
import { setReplay } from '#server/operations/set-replay/set-replay.ts';
import { failover } from '#server/operations/failover/failover.ts';
import { fenceNode } from '#server/operations/fence-node/fence-node.ts';
import { preparePair } from '#server/operations/prepare-pair/prepare-pair.ts';
import { rehearse } from '#server/operations/rehearse/rehearse.ts';
import { rejoin } from '#server/operations/rejoin/rejoin.ts';
import { setupStandby } from '#server/operations/setup-standby/setup-standby.ts';
import { switchover } from '#server/operations/switchover/switchover.ts';
import type { Json } from '#server/ports/operation-store.ts';

type Fact = (output: Json) => Text;

const FACTS = new Map<string, Fact>();
for (const { kind, steps } of [
  setupStandby,
  adoptPair,
  switchover,
  failover,
  fenceNode,
  rejoin,
  rehearse,
  preparePair,
  checkHooks,
  detachStandby,
  setReplay,
  encryptReplication,
]) {
  for (const step of steps) {
    if (step === POINT_OF_NO_RETURN || step.kind === 'check' || step.fact === undefined) continue;
    FACTS.set(`${kind} ${step.name}`, step.fact);
  }
}

/** The key fact of a finished step, in words of the step's own definition; null = it has none. */
export function factOf(kind: string, step: string, output: Json): Text | null {
  return FACTS.get(`${kind} ${step}`)?.(output) ?? null;
}
