import { KeptNodeSession } from '#server/adapters/sql/kept-node-session.ts';
import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import type { ChangeNode, ChangeWorld } from '#server/operations/change/world.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { PairRoles } from '#server/ports/inventory.ts';
import type { InstanceLocation } from '#server/ports/postgres-runtime.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { Hosts } from '../hosts.ts';

interface Member {
  serverId: string;
  instanceId: string;
  location: InstanceLocation;
  monitorRole: string;
  monitorSecretId: string;
}

export interface ChangeParts {
  hosts: Hosts;
  secrets: SecretStore;
  roles: PairRoles;
  clock: Clock;
}

/** ChangeWorld on real servers. With a token everything that changes a host is fenced by it. */
export async function openChangeWorld(
  p: ChangeParts,
  pins: { oldPrimary: Member; newPrimary: Member },
  token: bigint | null,
): Promise<ChangeWorld & { close(): Promise<void> }> {
  const sql = new PgSqlConnections();
  const open = async (member: Member): Promise<ChangeNode & { session: KeptNodeSession }> => {
    const fence = token === null ? null : { resource: member.instanceId, token };
    const access = await p.hosts.access(member.serverId, fence);
    const { location } = member;
    const session = new KeptNodeSession(async (wait) =>
      sql.open(
        {
          transport: await p.hosts.connect(member.serverId, wait.signal),
          host: location.socketDirectory ?? '127.0.0.1',
          port: location.port,
          user: member.monitorRole,
          password: await p.secrets.get(member.monitorSecretId),
          database: 'postgres',
          applicationName: 'tandem change of roles',
        },
        wait,
      ),
    );
    return { ...access.node(location), session };
  };
  const [oldPrimary, newPrimary] = await Promise.all([open(pins.oldPrimary), open(pins.newPrimary)]);
  return {
    oldPrimary,
    newPrimary,
    roles: p.roles,
    clock: p.clock,
    close: async () => {
      await Promise.all([oldPrimary.session.close(), newPrimary.session.close()]);
    },
  };
}
