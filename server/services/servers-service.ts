import { AppError } from '#server/errors/app-error.ts';
import { installKey } from '#server/operations/install-key.ts';
import { probeHost } from '#server/operations/probe-host/probe-host.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { AuditLog, NewAuditEntry } from '#server/ports/audit-log.ts';
import type { OperationReader } from '#server/ports/operation-reader.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore, StoredServer } from '#server/ports/server-store.ts';
import type { SshKeys } from '#server/ports/ssh-keys.ts';
import type { Actor, NewServer, ServerView, Services } from './services.ts';
import { createServerRemoval } from './server-removal.ts';
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
  const { servers } = deps;
  return {
    list: async () => Promise.all((await servers.list()).map((s) => viewOf(deps, s))),
    get: async (id) => viewOf(deps, await servers.get(id)),
    create: (input, actor) => createServer(deps, input, actor),
    update: (id, change, actor) => updateServer(deps, id, change, actor),
    approveHostKey: (id, fingerprint, actor) => approveHostKey(deps, id, fingerprint, actor),
    check: async (id, rows, actor) => {
      const input = { serverId: id, serverName: (await servers.get(id)).name, rows };
      return startOperation(deps, probeHost, input, { actor, serverId: id, idempotencyKey: null });
    },
    installKey: (id, password, actor) => startKeyInstallation(deps, id, password, actor),
    ...createServerRemoval(deps),
  };
}

async function viewOf(deps: ServersDeps, s: StoredServer): Promise<ServerView> {
  return serverView(s, await deps.reader.newestOfServer(s.id));
}

function log(
  deps: ServersDeps,
  actor: Actor,
  action: string,
  target: string,
  details: NewAuditEntry['details'] = {},
): Promise<void> {
  return deps.audit.append({ actor: actor.name, action, target, details });
}

type Credential = Pick<StoredServer, 'privateKeyId' | 'passphraseId' | 'sudoPasswordId'>;

async function forgetSecrets({ secrets }: ServersDeps, c: Credential): Promise<void> {
  for (const id of [c.privateKeyId, c.passphraseId, c.sudoPasswordId])
    if (id !== null) await secrets.remove(id);
}

async function createServer(deps: ServersDeps, input: NewServer, actor: Actor): Promise<ServerView> {
  await requireJump(deps.servers, input.jumpServerId);
  const id = deps.ids.newId();
  const credential = await storeCredential(deps, input);
  try {
    await deps.servers.create({ id, ...credential, ...pick(input) });
  } catch (thrown) {
    await forgetSecrets(deps, credential);
    throw thrown;
  }
  await log(deps, actor, 'server-added', input.name, {
    host: input.host,
    port: input.port,
    user: input.username,
  });
  return viewOf(deps, await deps.servers.get(id));
}

async function updateServer(
  deps: ServersDeps,
  id: string,
  change: Partial<NewServer>,
  actor: Actor,
): Promise<ServerView> {
  const before = await deps.servers.get(id);
  await requireJump(deps.servers, change.jumpServerId ?? null, id);
  const moved = change.host !== undefined || change.port !== undefined || change.jumpServerId !== undefined;
  const replaced = change.credential !== undefined;
  await deps.servers.update(id, {
    ...pick(change),
    ...(replaced ? await storeCredential(deps, { ...toNew(before), ...change }) : {}),
    status: 'draft',
    // Another address is another host: its key has to be looked at anew.
    ...(moved ? NO_HOST_KEY : {}),
  });
  if (replaced) await forgetSecrets(deps, before);
  await log(deps, actor, 'server-changed', before.name, { host: change.host ?? before.host });
  return viewOf(deps, await deps.servers.get(id));
}

const NO_HOST_KEY = {
  hostKey: null,
  hostKeyType: null,
  hostKeyFingerprint: null,
  hostKeyApprovedBy: null,
} as const;

async function approveHostKey(
  deps: ServersDeps,
  id: string,
  fingerprint: string,
  actor: Actor,
): Promise<void> {
  const s = await deps.servers.get(id);
  if (s.offeredHostKey === null || s.offeredHostKeyFingerprint !== fingerprint) {
    throw new AppError('STALE_VIEW', {
      message: `${s.name} does not offer this host key any more`,
      hint: 'Run the check again and compare the fingerprint that it shows then.',
    });
  }
  await deps.servers.update(id, {
    hostKey: s.offeredHostKey,
    hostKeyType: s.offeredHostKeyType,
    hostKeyFingerprint: fingerprint,
    hostKeyApprovedBy: actor.name,
    offeredHostKey: null,
    offeredHostKeyType: null,
    offeredHostKeyFingerprint: null,
  });
  await log(deps, actor, 'host-key-approved', s.name, { fingerprint, before: s.hostKeyFingerprint });
}

async function startKeyInstallation(
  deps: ServersDeps,
  id: string,
  password: Secret,
  actor: Actor,
): Promise<string> {
  const s = await deps.servers.get(id);
  const passwordId = await deps.secrets.put(`password of ${s.username} on ${s.name}, used once`, password);
  const input = { serverId: id, serverName: s.name, user: s.username, passwordId };
  await log(deps, actor, 'key-installation-started', s.name);
  return startOperation(deps, installKey, input, { actor, serverId: id, idempotencyKey: null });
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
