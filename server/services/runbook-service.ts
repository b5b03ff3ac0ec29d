import { AppError } from '#server/errors/app-error.ts';
import type { RunbookBlock } from '#server/domain/runbook/blocks.ts';
import type { RunbookNode } from '#server/domain/runbook/node-commands.ts';
import { makeRunbook } from '#server/domain/runbook/runbook.ts';
import type { ChangeMember, ChangePair, ChangeStore } from '#server/ports/change-store.ts';
import type { ServerStore, StoredServer } from '#server/ports/server-store.ts';
import type { Services } from './services.ts';

export interface RunbookDeps {
  changes: Pick<ChangeStore, 'pairs'>;
  servers: Pick<ServerStore, 'list'>;
}

/** Runbooks of pairs, made from what is recorded at that moment. */
export function createRunbookService(deps: RunbookDeps): Services['runbooks'] {
  return {
    get: async (pairId) => {
      const [pairs, servers] = await Promise.all([deps.changes.pairs(), deps.servers.list()]);
      const pair = pairs.find((each) => each.pairId === pairId);
      if (pair === undefined) throw new AppError('NOT_FOUND', { message: 'no such pair', data: { pairId } });
      const blocks = runbookOf(pair, servers);
      if (blocks !== null) return { pairName: pair.name, blocks };
      throw new AppError('GATE_FAILED', {
        message: `${pair.name} is not prepared for changes of roles`,
        hint: 'Prepare it first: a runbook needs its slot and its roles.',
      });
    },
  };
}

/** Null = the pair is not prepared: there is no slot and no role to write down. */
export function runbookOf(pair: ChangePair, servers: readonly StoredServer[]): RunbookBlock[] | null {
  const { slotName, replicationRole, rewindRole } = pair;
  if (slotName === null || replicationRole === null || rewindRole === null) return null;
  return makeRunbook({
    pairName: pair.name,
    primary: nodeOf(pair.primary, servers),
    standby: nodeOf(pair.standby, servers),
    slotName,
    replicationRole,
    rewindRole,
    routes: pair.routes.map((route) => route.name),
    hooks: pair.hooks.map((hook) => hook.name),
    detached: pair.detached,
  });
}

function nodeOf(member: ChangeMember, servers: readonly StoredServer[]): RunbookNode {
  const server = servers.find((each) => each.id === member.serverId);
  const port = server === undefined || server.port === 22 ? '' : ` -p ${server.port}`;
  const ssh = server === undefined ? member.serverName : `ssh${port} ${server.username}@${server.host}`;
  const { serverName, address, location, superuser } = member;
  return { serverName, ssh, address, location, superuser };
}
