import { AppError } from '#server/errors/app-error.ts';
import { installKey } from '#server/operations/install-key.ts';
import { probeHost } from '#server/operations/probe-host/probe-host.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { OperationReader } from '#server/ports/operation-reader.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore, StoredServer } from '#server/ports/server-store.ts';
import type { SshKeys } from '#server/ports/ssh-keys.ts';
import type { Actor, NewServer, ServerView, Services } from './services.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

export interface ServersDeps extends StartDeps {
  servers: ServerStore;
  secrets: SecretStore;
  keys: SshKeys;
  reader: OperationReader;
  audit: AuditLog;
}

/** The inventory of servers. Every look at a host is an operation of the worker. */
export function createServersService(deps: ServersDeps): Services['servers'] {
  const { servers, secrets, reader, audit, ids } = deps;
  const view = async (s: StoredServer): Promise<ServerView> =>
    serverView(s, await reader.newestOfServer(s.id));
  const log = (actor: Actor, action: string, target: string, details = {}) =>
    audit.append({ actor: actor.name, action, target, details });
  return {
    list: async () => Promise.all((await servers.list()).map(view)),
    get: async (id) => view(await servers.get(id)),
    create: async (input, actor) => {
      await requireJump(servers, input.jumpServerId);
      const id = ids.newId();
      const stored = await storeCredential(deps, input);
      try {
        await servers.create({ id, ...stored, ...pick(input) });
      } catch (thrown) {
        for (const secret of [stored.privateKeyId, stored.passphraseId, stored.sudoPasswordId]) {
          if (secret !== null) await secrets.remove(secret);
        }
        throw thrown;
      }
      await log(actor, 'server-added', input.name, {
        host: input.host,
        port: input.port,
        user: input.username,
      });
      return view(await servers.get(id));
    },
    update: async (id, change, actor) => {
      const before = await servers.get(id);
      await requireJump(servers, change.jumpServerId ?? null, id);
      const moved =
        change.host !== undefined || change.port !== undefined || change.jumpServerId !== undefined;
      const credential =
        change.credential === undefined ? {} : await storeCredential(deps, { ...toNew(before), ...change });
      await servers.update(id, {
        ...pick(change),
        ...credential,
        status: 'draft',
        // Another address is another host: its key has to be looked at anew.
        ...(moved
          ? { hostKey: null, hostKeyType: null, hostKeyFingerprint: null, hostKeyApprovedBy: null }
          : {}),
      });
      await log(actor, 'server-changed', before.name, { host: change.host ?? before.host });
      return view(await servers.get(id));
    },
    approveHostKey: async (id, fingerprint, actor) => {
      const s = await servers.get(id);
      if (s.offeredHostKey === null || s.offeredHostKeyFingerprint !== fingerprint) {
        throw new AppError('STALE_VIEW', {
          message: `${s.name} does not offer this host key any more`,
          hint: 'Run the check again and compare the fingerprint that it shows then.',
        });
      }
      await servers.update(id, {
        hostKey: s.offeredHostKey,
        hostKeyType: s.offeredHostKeyType,
        hostKeyFingerprint: fingerprint,
        hostKeyApprovedBy: actor.name,
        offeredHostKey: null,
        offeredHostKeyType: null,
        offeredHostKeyFingerprint: null,
      });
      await log(actor, 'host-key-approved', s.name, { fingerprint, before: s.hostKeyFingerprint });
    },
    check: async (id, rows, actor) => {
      const { name } = await servers.get(id);
      return startOperation(
        deps,
        probeHost,
        { serverId: id, serverName: name, rows },
        { actor, serverId: id, idempotencyKey: null },
      );
    },
    installKey: async (id, password, actor) => {
      const s = await servers.get(id);
      const passwordId = await secrets.put(`password of ${s.username} on ${s.name}, used once`, password);
      const input = { serverId: id, serverName: s.name, user: s.username, passwordId };
      await log(actor, 'key-installation-started', s.name);
      return startOperation(deps, installKey, input, { actor, serverId: id, idempotencyKey: null });
    },
    remove: async (id, actor) => {
      const s = await servers.get(id);
      await servers.remove(id);
      for (const secret of [s.privateKeyId, s.passphraseId, s.sudoPasswordId])
        if (secret !== null) await secrets.remove(secret);
      await log(actor, 'server-removed', s.name, { host: s.host });
    },
  };
}

type Plain = Pick<NewServer, 'name' | 'host' | 'port' | 'username' | 'jumpServerId'>;

function pick<T extends Partial<NewServer>>({
  name,
  host,
  port,
  username,
  jumpServerId,
}: T): Partial<Plain> & Pick<T, keyof Plain & keyof T> {
  return JSON.parse(JSON.stringify({ name, host, port, username, jumpServerId })) as Partial<Plain> &
    Pick<T, keyof Plain & keyof T>;
}

function toNew(s: StoredServer): NewServer {
  const { name, host, port, username, jumpServerId } = s;
  return {
    name,
    host,
    port,
    username,
    jumpServerId,
    credential: { kind: 'generated-key' },
    sudoPassword: null,
  };
}

async function storeCredential({ keys, secrets }: ServersDeps, input: NewServer) {
  const { credential } = input;
  const given = credential.kind === 'private-key' ? credential : null;
  const key =
    given === null
      ? keys.generate(`tandem@${input.name}`)
      : keys.read(given.privateKey.reveal(), given.passphrase);
  return {
    credentialKind: credential.kind,
    publicKey: key.publicLine,
    privateKeyId: await secrets.put(`SSH key of ${input.name}`, key.privateKey),
    passphraseId:
      given?.passphrase == null
        ? null
        : await secrets.put(`passphrase of the SSH key of ${input.name}`, given.passphrase),
    sudoPasswordId:
      input.sudoPassword === null
        ? null
        : await secrets.put(`sudo password on ${input.name}`, input.sudoPassword),
  };
}

async function requireJump(servers: ServerStore, jumpId: string | null, self?: string): Promise<void> {
  for (let id = jumpId; id !== null; id = (await servers.get(id)).jumpServerId) {
    if (id !== self) continue;
    throw new AppError('INVALID_INPUT', {
      message: 'jumpServerId: the server would jump over itself',
      hint: 'Choose another jump host.',
      data: { field: 'jumpServerId' },
    });
  }
}

function serverView(s: StoredServer, operationId: string | null): ServerView {
  const {
    id,
    name,
    host,
    port,
    username,
    credentialKind,
    publicKey,
    jumpServerId,
    status,
    checks,
    facts,
    pairNames,
  } = s;
  return {
    id,
    name,
    host,
    port,
    username,
    credentialKind,
    publicKey,
    jumpServerId,
    status,
    checks,
    facts,
    pairNames,
    operationId,
    hostKey:
      s.hostKeyFingerprint === null
        ? null
        : {
            type: s.hostKeyType ?? '',
            fingerprint: s.hostKeyFingerprint,
            approvedBy: s.hostKeyApprovedBy ?? '',
          },
    offeredHostKey:
      s.offeredHostKeyFingerprint === null
        ? null
        : { type: s.offeredHostKeyType ?? '', fingerprint: s.offeredHostKeyFingerprint },
  };
}
