import type { Ids } from '#server/ports/clock.ts';
import type { PairInventory } from '#server/ports/inventory.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import type { ChangeParts } from './change-world.ts';
import { unless } from './unless.ts';

export interface OperationParts extends ChangeParts {
  servers: ServerStore;
  secrets: SecretStore;
  inventory: PairInventory;
  ids: Ids;
  pairNameIsTaken: (name: string) => Promise<boolean>;
  serverChanged: (serverId: string) => void;
}

/** The world is opened for one run and has nothing of its own to close: connections are the process's. */
export const closing = <W extends object>(world: W): W & { close(): Promise<void> } => ({
  ...world,
  close: () => Promise.resolve(),
});

export const secretIsThere = (secrets: SecretStore, id: string): Promise<boolean> =>
  unless(
    'NOT_FOUND',
    () => false,
    secrets.get(id).then(() => true),
  );
