import { AppError } from '#server/errors/app-error.ts';
import { Secret } from '#server/domain/secret.ts';
import type { PairTls } from '#server/domain/pair-tls.ts';
import type { GatePolicy } from '#server/domain/start-gate.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { OperationNode, PairWorld } from '#server/operations/pair-world.ts';
import type { NewPair, Preparation } from '#server/ports/inventory.ts';
import type { NetworkProbe } from '#server/ports/postgres-admin.ts';
import type { Clock } from '#server/ports/clock.ts';
import { FakeHost } from './fake-host.ts';
import { FakePostgres } from './fake-postgres.ts';
import type { FakeNetwork } from './fake-server.ts';
import { plainLocation } from '#server/testing/plain-location.ts';

/** Two servers, a running primary on the first, nothing on the second. */
export class FakePairWorld implements PairWorld {
  readonly clock: Clock;
  readonly network: FakeNetwork = new Map();
  readonly hosts = { db1: new FakeHost('db1', '10.0.0.1'), db2: new FakeHost('db2', '10.0.0.2') };
  readonly postgres: { db1: FakePostgres; db2: FakePostgres };
  readonly pairs = new Map<string, NewPair>();
  readonly encrypted = new Map<string, PairTls>();
  readonly gateWishes = new Map<string, GatePolicy>();
  readonly preparations = new Map<string, Preparation>();
  readonly primary: OperationNode;
  readonly standby: OperationNode;
  readonly inventory = {
    exists: (id: string) => Promise.resolve(this.pairs.has(id)),
    register: (pair: NewPair) => {
      this.pairs.set(pair.pairId, pair);
      if (pair.gateWish !== null) this.gateWishes.set(pair.pairId, pair.gateWish);
      return Promise.resolve();
    },
    prepared: (id: string) => Promise.resolve(this.preparations.get(id) ?? null),
    prepare: (id: string, preparation: Preparation) => {
      this.preparations.set(id, preparation);
      return Promise.resolve();
    },
    unprepare: (id: string) => {
      this.preparations.delete(id);
      return Promise.resolve();
    },
    tls: (id: string) => Promise.resolve(this.encrypted.get(id) ?? null),
    setTls: (id: string, tls: PairTls | null) => {
      if (tls === null) this.encrypted.delete(id);
      else this.encrypted.set(id, tls);
      return Promise.resolve();
    },
    gateWish: (id: string) => Promise.resolve(this.gateWishes.get(id) ?? null),
    setGateWish: (id: string, wish: GatePolicy | null) => {
      if (wish === null) this.gateWishes.delete(id);
      else this.gateWishes.set(id, wish);
      return Promise.resolve();
    },
    remove: (id: string) => {
      this.gateWishes.delete(id);
      this.pairs.delete(id);
      return Promise.resolve();
    },
  };

  constructor(
    clock: Clock,
    places: { db1: InstanceLocation; db2: InstanceLocation } = {
      db1: plainLocation({ dataDirectory: '/data/main' }),
      db2: plainLocation({ dataDirectory: '/data/standby' }),
    },
  ) {
    this.clock = clock;
    this.postgres = {
      db1: new FakePostgres(this.hosts.db1, places.db1, this.network),
      db2: new FakePostgres(this.hosts.db2, places.db2, this.network),
    };
    this.postgres.db1.initialise('7300000000000000001');
    this.primary = this.#node('db1');
    this.standby = this.#node('db2');
  }

  secret(id: string): Promise<Secret> {
    return Promise.resolve(new Secret(`clear-${id}`));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #node(name: 'db1' | 'db2'): OperationNode {
    const host = this.hosts[name];
    const postgres = this.postgres[name];
    return {
      serverName: name,
      files: host,
      probe: host,
      runtime: postgres,
      admin: postgres,
      network: this.#probe(host),
      logIn: async (role) => {
        const facts = await postgres.role(role);
        if (facts !== null) return { mayMonitor: facts.grants.includes('monitor') };
        throw new AppError('PG_AUTHENTICATION_FAILED', {
          message: `role "${role}" does not exist`,
          data: { sqlstate: '28000' },
        });
      },
    };
  }

  #probe(from: FakeHost): NetworkProbe {
    return {
      tcp: async (address, port) => {
        await from.touch();
        const server = this.network.get(`${address}:${port}`);
        return server?.running === true ? null : 'connection refused';
      },
      replication: async ({ host, port, user, passfile }) => {
        await from.touch();
        const server = this.network.get(`${host}:${port}`);
        if (server?.running !== true) return { result: 'unreachable', detail: 'connection refused' };
        const status = await server.status();
        if (!server.admits(user, from.address, from.text(passfile ?? '') ?? ''))
          return { result: 'no-hba-rule', seenAddress: from.address };
        return { result: 'ok', systemIdentifier: status.systemIdentifier, timeline: status.timeline };
      },
      login: async ({ host, port }) => {
        await from.touch();
        const server = this.network.get(`${host}:${port}`);
        if (server?.running !== true) return 'Connection refused';
        return server.rejectsClients() ? 'pg_hba.conf rejects connection' : 'no password supplied';
      },
      sourceAddress: () => Promise.resolve(from.address),
      acceptOne: async (_port, connect) => {
        await connect();
        return Object.values(this.hosts).find((host) => host !== from)?.address ?? null;
      },
    };
  }
}

/** The world as plain data, for comparing before and after. */
export function snapshotOf(world: FakePairWorld): unknown {
  const node = (name: 'db1' | 'db2'): unknown => {
    const p = world.postgres[name];
    return {
      files: [...world.hosts[name].files].sort(([a], [b]) => (a < b ? -1 : 1)),
      running: p.running,
      inRecovery: p.running && p.inRecovery,
      slots: p.slotRows.map((s) => s.name),
      roles: name === 'db1' || p.running ? [...p.catalog.roles.keys()] : [],
    };
  };
  return {
    db1: node('db1'),
    db2: node('db2'),
    pairs: [...world.pairs.keys()],
    gateWishes: [...world.gateWishes],
  };
}

/** How often each effect was applied on either node; those of db2 with its name before them. */
export function effectsOf({ postgres }: FakePairWorld): Record<string, number> {
  const ofStandby = Object.entries(postgres.db2.effects).map(([k, times]) => [`db2 ${k}`, times] as const);
  return { ...postgres.db1.effects, ...Object.fromEntries<number>(ofStandby) };
}
