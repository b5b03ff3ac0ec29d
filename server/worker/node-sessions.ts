import { KeptNodeSession } from '#server/adapters/sql/kept-node-session.ts';
import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { Hosts } from './hosts.ts';

/** A session that nobody used for so long is closed. */
const IDLE_MS = 20_000;

export interface SessionMember {
  serverId: string;
  instanceId: string;
  location: InstanceLocation;
  monitorRole: string;
  monitorSecretId: string;
}

interface Shared {
  session: KeptNodeSession;
  users: number;
  idle: NodeJS.Timeout | null;
}

/**
 * Login sessions shared by looks and operations: while a confirmation page is open the looks keep them
 * warm, and the operation that follows does not log in inside the outage.
 */
export class NodeSessions {
  readonly #sql = new PgSqlConnections();
  readonly #shared = new Map<string, Shared>();
  readonly #hosts: Hosts;
  readonly #secrets: SecretStore;

  constructor(hosts: Hosts, secrets: SecretStore) {
    this.#hosts = hosts;
    this.#secrets = secrets;
  }

  take(member: SessionMember): { session: KeptNodeSession; release: () => void } {
    const key = `${member.instanceId} ${member.monitorSecretId}`;
    const known = this.#shared.get(key);
    const shared = known ?? { session: this.#make(member), users: 0, idle: null };
    if (shared.idle !== null) clearTimeout(shared.idle);
    shared.idle = null;
    shared.users += 1;
    this.#shared.set(key, shared);
    return { session: shared.session, release: () => this.#release(key, shared) };
  }

  async closeAll(): Promise<void> {
    for (const { session, idle } of this.#shared.values()) {
      if (idle !== null) clearTimeout(idle);
      await session.close();
    }
    this.#shared.clear();
  }

  #release(key: string, shared: Shared): void {
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.idle = setTimeout(() => {
      this.#shared.delete(key);
      void shared.session.close();
    }, IDLE_MS);
    shared.idle.unref();
  }

  #make(member: SessionMember): KeptNodeSession {
    const { location } = member;
    return new KeptNodeSession(async (wait) =>
      this.#sql.open(
        {
          transport: await this.#hosts.connect(member.serverId, wait.signal),
          host: location.socketDirectory ?? '127.0.0.1',
          port: location.port,
          user: member.monitorRole,
          password: await this.#secrets.get(member.monitorSecretId),
          database: 'postgres',
          applicationName: 'tandem change of roles',
        },
        wait,
      ),
    );
  }
}
