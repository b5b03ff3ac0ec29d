import type { StepContext } from '#server/engine/define-operation.ts';
import type { RouteAccess } from '#server/ports/client-routes.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Fences } from '#server/ports/fences.ts';
import type { HookCalls } from '#server/ports/hook-calls.ts';
import type { PairRoles } from '#server/ports/inventory.ts';
import type { NodeSession } from '#server/ports/node-session.ts';
import type { OperationNode } from '../pair-world.ts';
import type { ChangeInput, Pin } from './input.ts';

/** One node of a change of roles: with a session that is kept open. */
export interface ChangeNode extends OperationNode {
  session: NodeSession;
}

/** What a change of roles reaches. */
export interface ChangeWorld extends Record<Pin, ChangeNode> {
  roles: PairRoles;
  fences: Fences;
  hooks: HookCalls;
  routes: RouteAccess;
  clock: Clock;
}

export type ChangeContext<I extends ChangeInput> = StepContext<ChangeWorld, I>;
