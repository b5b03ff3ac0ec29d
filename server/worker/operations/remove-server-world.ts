import { addKey, hasKey, removeKey } from '#server/adapters/ssh/install-key.ts';
import type { RemoveServerWorld } from '#server/operations/remove-server/remove-server.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import type { Hosts } from '../hosts.ts';
import { unless } from './unless.ts';

/** RemoveServerWorld on a real server. */
export function createRemoveServerWorld(
  o: { hosts: Hosts; servers: ServerStore; secrets: SecretStore; clock: Clock },
  serverId: string,
): RemoveServerWorld {
  const { hosts, servers, secrets } = o;
  const transport = ({ signal, timeoutMs }: Wait) =>
    hosts.connect(serverId, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  const publicKey = async () => (await servers.get(serverId)).publicKey;
  return {
    clock: o.clock,
    neededBy: () =>
      unless(
        'IN_USE',
        (thrown) => thrown.message,
        servers.requireUnused(serverId).then(() => null),
      ),
    hasKey: async (wait) => hasKey(await transport(wait), await publicKey(), wait),
    takeKey: async (wait) => removeKey(await transport(wait), await publicKey(), wait),
    putKeyBack: async (wait) => void (await addKey(await transport(wait), await publicKey(), wait)),
    exists: () =>
      unless(
        'NOT_FOUND',
        () => false,
        servers.get(serverId).then(() => true),
      ),
    forget: async () => {
      const { privateKeyId, passphraseId, sudoPasswordId } = await servers.get(serverId);
      await servers.remove(serverId);
      await hosts.connections.forget(serverId);
      for (const id of [privateKeyId, passphraseId, sudoPasswordId])
        if (id !== null) await secrets.remove(id);
    },
  };
}
