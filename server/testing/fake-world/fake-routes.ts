import { AppError } from '#server/errors/app-error.ts';
import { poolTarget } from '#server/domain/pgbouncer-config.ts';
import type { PinnedPool, PinnedRoute } from '#server/domain/client-route.ts';
import type { RouteAnswer } from '#server/domain/route-sighting.ts';
import type { PoolDatabase, Pooler, PoolState, RouteAccess } from '#server/ports/client-routes.ts';
import type { NodeIdentity, NodePosition } from '#server/ports/node-session.ts';

const DATABASE = 'shop';
const CONFIG = `[databases]\n${DATABASE} = host=10.0.0.1 port=5432\n\n[pgbouncer]\npool_mode = transaction\n`;

/** A PgBouncer on a server of its own: what its console and its files do, after the real one's behaviour. */
export class FakePooler implements Pooler {
  text = CONFIG;
  next: string | null = null;
  before: string | null = null;
  paused = false;
  /** A transaction that does not end. */
  busy = false;
  reachable = true;
  loaded = { host: '10.0.0.1' as string | null, port: 5432 };
  readonly effects: Record<string, number> = {};

  async databases(): Promise<PoolDatabase[]> {
    await this.#answer();
    const servers = this.busy || !this.paused ? 1 : 0;
    return [{ name: DATABASE, ...this.loaded, paused: this.paused, poolMode: 'transaction', servers }];
  }

  async look(): Promise<PoolState> {
    return {
      version: 'PgBouncer 1.18.0',
      databases: await this.databases(),
      queryWaitTimeoutMs: 120_000,
    };
  }

  async pause(): Promise<void> {
    await this.#answer();
    if (!this.paused) this.#count('pause');
    this.paused = true;
    if (!this.busy) return;
    throw new AppError('DEADLINE_EXCEEDED', { message: 'PAUSE: no answer in time' });
  }

  async resume(): Promise<void> {
    await this.#answer();
    if (this.paused) this.#count('resume');
    this.paused = false;
  }

  hurry(): Promise<void> {
    return this.#answer();
  }

  async reload(): Promise<void> {
    await this.#answer();
    const target = poolTarget(this.text, DATABASE);
    if (target === null || (target.host === this.loaded.host && target.port === this.loaded.port)) return;
    this.#count('reload');
    this.loaded = target;
  }

  cutLeaving(): Promise<void> {
    return this.#answer();
  }

  async config(): Promise<string> {
    await this.#answer();
    return this.text;
  }

  async mayWrite(): Promise<null> {
    await this.#answer();
    return null;
  }

  async staged(): Promise<string | null> {
    await this.#answer();
    return this.next;
  }

  async stage(text: string): Promise<void> {
    await this.#answer();
    this.#count('stage');
    this.before = this.text;
    this.next = text;
  }

  async unstage(): Promise<void> {
    await this.#answer();
    this.next = null;
    this.before = null;
  }

  async swap(): Promise<'swapped' | 'changed'> {
    await this.#answer();
    if (this.next === null || this.before !== this.text) return 'changed';
    this.#count('swap');
    this.text = this.next;
    this.next = null;
    return 'swapped';
  }

  async #answer(): Promise<void> {
    await Promise.resolve();
    if (!this.reachable) throw new AppError('SSH_TIMEOUT_CONNECT', { message: 'app does not answer' });
  }

  #count(effect: string): void {
    this.effects[`pool ${effect}`] = (this.effects[`pool ${effect}`] ?? 0) + 1;
  }
}

interface FakeNode {
  host: { address: string };
  position(): Promise<NodePosition>;
  identity(): Promise<NodeIdentity>;
}

/** Routes that end at the fake servers: an address at the server that has it, the pool where it leads. */
export function fakeRoutes(pooler: FakePooler, nodes: () => readonly FakeNode[]): RouteAccess {
  const hostOf = (route: PinnedRoute): string | null => {
    if (route.kind === 'pgbouncer') return pooler.loaded.host;
    return route.kind === 'multi-host' ? null : route.host;
  };
  return {
    pooler: () => pooler,
    ask: async (route) => {
      const node = nodes().find((n) => n.host.address === hostOf(route));
      if (node === undefined) return { ...AWAY, ttlSeconds: null };
      try {
        const [{ inRecovery }, identity] = [await node.position(), await node.identity()];
        return { state: 'answered', inRecovery, ...identity, ttlSeconds: null };
      } catch {
        return { ...AWAY, ttlSeconds: null };
      }
    },
  };
}

const AWAY: RouteAnswer = { state: 'unreachable', detail: 'connection refused' };

/** The fake PgBouncer as a route of the pair. */
export const FAKE_POOL = {
  id: 'pool1',
  name: 'pool',
  kind: 'pgbouncer',
  probeServerId: null,
  login: null,
  host: '10.0.0.9',
  port: 6432,
  serverId: 'server-app',
  serverName: 'app',
  loginUser: 'dba',
  console: { socketDirectory: null, port: 6432, user: 'admin', secretId: 'secret' },
  databases: [DATABASE],
  configPath: '/etc/pgbouncer/pgbouncer.ini',
} satisfies PinnedPool;
