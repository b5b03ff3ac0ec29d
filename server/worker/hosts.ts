import { createHostProbe } from '#server/adapters/hosts/host-probe.ts';
import { createNetworkProbe } from '#server/adapters/hosts/network-probe.ts';
import { PsqlPostgresAdmin } from '#server/adapters/postgres-admin/psql-postgres-admin.ts';
import { placeInstance } from '#server/adapters/runtimes/create-postgres-runtime.ts';
import { DockerCompose } from '#server/adapters/runtimes/docker/compose/docker-compose.ts';
import { DockerContainers } from '#server/adapters/runtimes/docker/recipe/docker-containers.ts';
import { discoverInstances } from '#server/adapters/runtimes/discover-instances.ts';
import { lazyTransport } from '#server/adapters/ssh/lazy-transport.ts';
import { withFence } from '#server/adapters/ssh/with-fence.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { HostAccess } from '#server/operations/host-access.ts';
import type { OperationNode } from '#server/operations/pair-world.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { HostConnections, HostTransport, SshTarget } from '#server/ports/host-transport.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore, StoredServer } from '#server/ports/server-store.ts';
import { LastKnown } from './last-known.ts';
import { tryLogin } from './try-login.ts';

/** A change that no operation has read counts for the monitor after this time. */
const RENEW_TARGET_MS = 2_000;

/** What an operation may change on a host, and under which token. */
export interface FenceOf {
  resource: string;
  token: bigint;
}

/** Servers of the inventory as the worker reaches them. */
export class Hosts {
  readonly connections: HostConnections;
  readonly #servers: ServerStore;
  readonly #secrets: SecretStore;
  readonly #clock: Clock;
  readonly #known: LastKnown<SshTarget>;

  constructor(o: { connections: HostConnections; servers: ServerStore; secrets: SecretStore; clock: Clock }) {
    this.connections = o.connections;
    this.#servers = o.servers;
    this.#secrets = o.secrets;
    this.#clock = o.clock;
    this.#known = new LastKnown((id) => this.target(id), o.clock, RENEW_TARGET_MS);
  }

  /** How a server is logged in to, read anew: an approved key or a changed address counts at once. */
  async target(serverId: string): Promise<SshTarget> {
    const target = await this.targetOf(await this.#servers.get(serverId));
    this.#known.put(serverId, target);
    return target;
  }

  async targetOf(server: StoredServer): Promise<SshTarget> {
    if (server.privateKeyId === null) {
      throw new AppError('SSH_KEY_UNREADABLE', {
        message: `no key is stored for ${server.name}`,
        hint: 'Give the server a key on its page.',
      });
    }
    const secret = (id: string) => this.#secrets.get(id);
    return {
      serverId: server.id,
      host: server.host,
      port: server.port,
      user: server.username,
      hostKey: server.hostKey,
      credential: {
        kind: 'key',
        privateKey: await secret(server.privateKeyId),
        ...(server.passphraseId === null ? {} : { passphrase: await secret(server.passphraseId) }),
      },
      ...(server.jumpServerId === null ? {} : { jump: await this.target(server.jumpServerId) }),
      ...(server.sudoPasswordId === null ? {} : { sudoPassword: await secret(server.sudoPasswordId) }),
    };
  }

  /** The kept transport; connects with the first use. */
  transport(serverId: string): HostTransport {
    return lazyTransport(serverId, (signal) => this.connect(serverId, signal));
  }

  async connect(serverId: string, signal: AbortSignal): Promise<HostTransport> {
    return this.connections.connect(await this.target(serverId), { signal });
  }

  /**
   * As `connect`, with what is known of the server: the monitor goes on without the control database,
   * and does not ask it for every new connection of every node.
   */
  async connectAsKnown(serverId: string, signal: AbortSignal): Promise<HostTransport> {
    return this.connections.connect(await this.#known.get(serverId), { signal });
  }

  /** Ways to one server: `read` looks, `act` is guarded by the fence where there is one. */
  async ways(
    serverId: string,
    fence: FenceOf | null,
  ): Promise<{ server: StoredServer; read: HostTransport; act: HostTransport }> {
    const server = await this.#servers.get(serverId);
    const read = this.transport(serverId);
    const act = fence === null ? read : withFence(read, { ...stateOf(server), ...fence });
    return { server, read, act };
  }

  /** One server as operations reach it; with a fence, everything that changes the host is guarded. */
  async access(serverId: string, fence: FenceOf | null): Promise<HostAccess> {
    const { server, read, act } = await this.ways(serverId, fence);
    const probe = createHostProbe(read, this.#clock, discoverInstances);
    const node = (location: InstanceLocation): OperationNode => {
      const { runtime, place, files } = placeInstance(location, { read, act });
      const account = { runAs: location.osOwner, binDirectory: location.binDirectory };
      const fromPlace = createNetworkProbe(place.read, account);
      return {
        serverName: server.name,
        probe,
        runtime,
        admin: new PsqlPostgresAdmin(runtime),
        logIn: (user, password, o) => tryLogin({ transport: read, location, user, password }, o),
        files,
        // The host has the addresses, the place has PostgreSQL's programs.
        network: {
          ...createNetworkProbe(read, account),
          replication: fromPlace.replication,
          login: fromPlace.login,
        },
      };
    };
    const compose = new DockerCompose({ read, act });
    return { server, probe, containers: new DockerContainers({ read, act }), compose, node };
  }
}

function stateOf(server: StoredServer): { stateDirectory: string; stateOwner: string } {
  if (server.stateDirectory === null) {
    throw new AppError('GATE_FAILED', {
      message: `${server.name} was never checked completely`,
      hint: 'Open the server and run its checks.',
    });
  }
  const root = server.stateDirectory.startsWith('/var/lib/');
  return { stateDirectory: server.stateDirectory, stateOwner: root ? 'root' : server.username };
}
