import { AppError } from '#server/errors/app-error.ts';
import type { Plan } from '#server/domain/plan.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { removeServer, type RemoveServerInput } from '#server/operations/remove-server/remove-server.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { ServerStore, StoredServer } from '#server/ports/server-store.ts';
import type { Actor, Services } from './services.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

export interface ServerRemovalDeps extends StartDeps {
  servers: ServerStore;
  audit: AuditLog;
}

/** Letting go of a server: the plan follows from what is stored, then exactly that plan runs. */
export function createServerRemoval(
  deps: ServerRemovalDeps,
): Pick<Services['servers'], 'removalPlan' | 'remove'> {
  const { servers } = deps;
  return {
    removalPlan: async (id, takeKey) => planOf(deps, inputOf(await servers.get(id), takeKey)),
    remove: async ({ id, takeKey, planHash, idempotencyKey }, actor) => {
      const server = await servers.get(id);
      await servers.requireUnused(id);
      const input = inputOf(server, takeKey);
      if ((await planOf(deps, input)).hash !== planHash) throw stale(server.name);
      const record = (operationId: string): Promise<void> =>
        audit(deps, actor, server, { operationId, takeKey, planHash });
      return startOperation(deps, removeServer, input, { actor, serverId: id, idempotencyKey, record });
    },
  };
}

/** A key that a person brought belongs to that person, whatever is asked. */
function inputOf(server: StoredServer, takeKey: boolean): RemoveServerInput {
  return {
    serverId: server.id,
    serverName: server.name,
    user: server.username,
    publicKey: server.publicKey,
    takeKey: takeKey && server.credentialKind === 'generated-key',
  };
}

function planOf({ clock }: ServerRemovalDeps, input: RemoveServerInput): Promise<Plan> {
  // The steps explain themselves from the input; a world does not exist in the web process.
  return makePlan(
    removeServer,
    { world: undefined as never, input },
    { gates: [], confirmation: null, outageMs: 0, networkBytes: 0, madeAtMs: clock.nowMs() },
  );
}

function audit(
  deps: ServerRemovalDeps,
  actor: Actor,
  server: StoredServer,
  details: { operationId: string; takeKey: boolean; planHash: string },
): Promise<void> {
  const entry = { actor: actor.name, action: 'server-removed', target: server.name };
  return deps.audit.append({ ...entry, details: { host: server.host, ...details } });
}

function stale(name: string): AppError {
  return new AppError('STALE_VIEW', {
    message: `what removing ${name} would do has changed`,
    hint: 'Look at the plan again, then start it.',
  });
}
