import { makeContainer } from '#server/operations/make-container/make-container.ts';
import { planContainer } from '#server/operations/make-container/plan-container.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import { askForPlan, takePlan } from './made-plan.ts';
import type { Services } from './services.ts';
import type { StartDeps } from './start-operation.ts';

export interface ContainersDeps extends StartDeps {
  audit: AuditLog;
}

/** A container like one of another server: a plan first, then exactly that plan. */
export function createContainersService(deps: ContainersDeps): Services['containers'] {
  return {
    plan: (wish, key, actor) => {
      const idempotencyKey = `plan-container:${wish.toServerId}:${wish.fromServerId}:${wish.place}:${key}`;
      return askForPlan(
        deps,
        planContainer,
        { ...wish },
        { actor, serverId: wish.toServerId, idempotencyKey },
      );
    },
    make: async (request, actor) => {
      const { plan, input } = await takePlan(deps, planContainer.kind, request);
      const wish = makeContainer.parseInput(input);
      const { id, existed } = await deps.store.create({
        id: deps.ids.newId(),
        kind: makeContainer.kind,
        version: makeContainer.version,
        plan,
        pairId: null,
        serverId: wish.to.serverId,
        input: wish,
        startedBy: actor.name,
        idempotencyKey: `make-container:${request.planId}`,
        locks: [wish.instanceId],
      });
      if (!existed) {
        await deps.audit.append({
          actor: actor.name,
          action: 'container-make-started',
          target: wish.to.serverName,
          details: {
            operationId: id,
            container: wish.recipe.name,
            like: wish.from.serverName,
            planHash: plan.hash,
          },
        });
      }
      await deps.queue.wake(id);
      return id;
    },
  };
}
