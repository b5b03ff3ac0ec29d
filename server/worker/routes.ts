import { PgbouncerConsole } from '#server/adapters/pooler/pgbouncer-console.ts';
import { createPgbouncer } from '#server/adapters/pooler/pgbouncer.ts';
import { PoolFiles } from '#server/adapters/pooler/pool-files.ts';
import { askRoute } from '#server/adapters/routes/ask-route.ts';
import { localStreams } from '#server/adapters/routes/local-tcp.ts';
import { PgSqlConnections } from '#server/adapters/sql/pg-sql-connections.ts';
import type { PinnedPool, PinnedRoute } from '#server/domain/client-route.ts';
import { Secret } from '#server/domain/secret.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Pooler, RouteAccess } from '#server/ports/client-routes.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { Hosts } from './hosts.ts';

/** A console that nobody used for so long is closed. */
const IDLE_MS = 20_000;

/** Who is tried where a route has no login of its own. */
export interface MonitorLogin {
  monitorRole: string;
  monitorSecretId: string;
}

interface Kept {
  console: PgbouncerConsole;
  idle: NodeJS.Timeout | null;
}

/**
 * Client routes on real servers. Consoles of PgBouncers are shared by looks and runs: while a
 * confirmation page is open the looks keep them warm, and the run does not log in inside the outage.
 */
export class WorkerRoutes {
  readonly #sql = new PgSqlConnections();
  readonly #hosts: Hosts;
  readonly #secrets: SecretStore;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(o: { hosts: Hosts; secrets: SecretStore; clock: Clock }) {
    this.#hosts = o.hosts;
    this.#secrets = o.secrets;
    this.#clock = o.clock;
  }

  /** The routes of one pair; with a token, everything that changes a pool's server is guarded by it. */
  open(monitor: MonitorLogin, token: bigint | null): RouteAccess {
    const poolers = new Map<string, Pooler>();
    return {
      ask: async (route, o) => {
        const login = route.login ?? { ...monitorLogin(monitor), database: databaseOf(route) };
        const transport =
          route.probeServerId === null ? localStreams : this.#hosts.transport(route.probeServerId);
        const password = await this.#secrets.get(login.secretId);
        return askRoute(route, { transport, password, user: login.user, database: login.database }, o);
      },
      pooler: (pool) => {
        const pooler = poolers.get(pool.id) ?? this.#pooler(pool, token);
        poolers.set(pool.id, pooler);
        return pooler;
      },
    };
  }

  async closeAll(): Promise<void> {
    for (const { console, idle } of this.#kept.values()) {
      if (idle !== null) clearTimeout(idle);
      await console.close();
    }
    this.#kept.clear();
  }

  #pooler(pool: PinnedPool, token: bigint | null): Pooler {
    const fence = token === null ? null : { resource: `pool-${pool.id}`, token };
    const ways = () => this.#hosts.ways(pool.serverId, fence);
    const files = new PoolFiles({ ways, path: pool.configPath, name: pool.id });
    return createPgbouncer(this.#console(pool), files, (ms, signal) => this.#clock.sleep(ms, signal));
  }

  #console(pool: PinnedPool): PgbouncerConsole {
    const key = JSON.stringify([pool.id, pool.serverId, pool.console]);
    const kept = this.#kept.get(key) ?? { console: this.#makeConsole(pool), idle: null };
    if (kept.idle !== null) clearTimeout(kept.idle);
    kept.idle = setTimeout(() => {
      this.#kept.delete(key);
      void kept.console.close();
    }, IDLE_MS);
    kept.idle.unref();
    this.#kept.set(key, kept);
    return kept.console;
  }

  #makeConsole({ serverId, console: at }: PinnedPool): PgbouncerConsole {
    return new PgbouncerConsole(async (wait) =>
      this.#sql.open(
        {
          transport: await this.#hosts.connect(serverId, wait.signal),
          host: at.socketDirectory ?? '127.0.0.1',
          port: at.port,
          user: at.user,
          password: at.secretId === null ? new Secret('') : await this.#secrets.get(at.secretId),
          database: 'pgbouncer',
          applicationName: 'tandem',
        },
        wait,
      ),
    );
  }
}

const monitorLogin = (m: MonitorLogin) => ({ user: m.monitorRole, secretId: m.monitorSecretId });

const databaseOf = (route: PinnedRoute): string =>
  route.kind === 'pgbouncer' ? (route.databases[0] ?? 'postgres') : 'postgres';
