import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import {
  defineOperation,
  POINT_OF_NO_RETURN,
  RETRY,
  type Gate,
  type MutationStep,
} from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

/** One server of the inventory, and our line in its login user's authorized_keys. */
export interface RemoveServerWorld {
  clock: Clock;
  /** What still needs the server, in a sentence; null = nothing. */
  neededBy(): Promise<string | null>;
  /** Whether the file names our key; rejects SSH_LOGIN_REFUSED when the key does not log in any more. */
  hasKey(o: Wait): Promise<boolean>;
  takeKey(o: Wait): Promise<void>;
  /** Only while the connection that was opened with the key still stands. */
  putKeyBack(o: Wait): Promise<void>;
  exists(): Promise<boolean>;
  /** Deletes the row and every secret that belongs to it. */
  forget(): Promise<void>;
}

const zInput = z.object({
  serverId: z.string(),
  serverName: z.string(),
  user: z.string(),
  /** One line, as it stands in authorized_keys. */
  publicKey: z.string(),
  /** Take the key away that Tandem made; a key that a person gave is theirs and stays. */
  takeKey: z.boolean(),
});
export type RemoveServerInput = z.infer<typeof zInput>;

interface Observation {
  takenAtMs: number;
  neededBy: string | null;
}

const within = (c: { signal: AbortSignal }): Wait => ({ signal: c.signal, timeoutMs: 20_000 });

const isNotNeeded: Gate<Observation, RemoveServerInput> = ({ neededBy, takenAtMs }, { serverName }) => ({
  code: 'server-is-not-needed',
  server: serverName,
  title: text('Nothing needs the server', 'Nichts braucht den Server'),
  measuredAtMs: takenAtMs,
  ...(neededBy === null
    ? {
        state: 'ok',
        detail: text('no pair, hook, route or jump', 'kein Serverpaar, Hook, Weg oder Sprung'),
        fix: null,
      }
    : {
        state: 'blocking',
        detail: text(neededBy, neededBy),
        fix: text(
          'Remove or change what needs it first.',
          'Entfernen oder ändern Sie zuerst, was ihn braucht.',
        ),
      }),
});

const takeKey: MutationStep<RemoveServerWorld, Observation, RemoveServerInput> = {
  kind: 'mutation',
  name: 'take-key',
  group: 'changes-primary',
  server: (c) => c.input.serverName,
  skip: (input) => !input.takeKey,
  explain: (c) =>
    text(
      `Take Tandem's key out of ~/.ssh/authorized_keys of ${c.input.user}; all other lines stay.`,
      `Tandems Schlüssel aus ~/.ssh/authorized_keys von ${c.input.user} entfernen; alle anderen Zeilen bleiben.`,
    ),
  actions: (c) => [
    {
      type: 'file',
      server: c.input.serverName,
      path: '~/.ssh/authorized_keys',
      before: `${c.input.publicKey}\n`,
      after: '',
      mode: '0600',
    },
  ],
  expectedMs: () => 500,
  needs: [isNotNeeded],
  isDone: async (c) => {
    try {
      return (await c.world.hasKey(within(c))) ? 'not-done' : 'done';
    } catch (thrown) {
      // Whom the key does not let in any more has taken it away.
      if (thrown instanceof AppError && thrown.code === 'SSH_LOGIN_REFUSED') return 'done';
      throw thrown;
    }
  },
  do: (c) => c.world.takeKey(within(c)),
  undo: {
    explain: () => text('Put the key back.', 'Den Schlüssel wieder eintragen.'),
    isDone: async (c) => ((await c.world.hasKey(within(c))) ? 'done' : 'not-done'),
    do: (c) => c.world.putKeyBack(within(c)),
  },
  timeouts: { doMs: 30_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

const forgetServer: MutationStep<RemoveServerWorld, Observation, RemoveServerInput> = {
  kind: 'mutation',
  name: 'forget-server',
  group: 'forgets',
  server: () => null,
  explain: (c) =>
    text(
      `Delete ${c.input.serverName}, its checks and its key from Tandem.`,
      `${c.input.serverName} mit Prüfungen und Schlüssel aus Tandem löschen.`,
    ),
  expectedMs: () => 100,
  needs: [],
  isDone: async (c) => ((await c.world.exists()) ? 'not-done' : 'done'),
  do: (c) => c.world.forget(),
  undo: { nothing: text('The server can be added again.', 'Der Server kann wieder hinzugefügt werden.') },
  timeouts: { doMs: 15_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

/** Lets go of a server: its key is taken away or left, then Tandem forgets it. */
export const removeServer = defineOperation<RemoveServerWorld, Observation, RemoveServerInput>({
  kind: 'remove-server',
  version: 1,
  title: (input) => text(`Remove the server ${input.serverName}`, `Den Server ${input.serverName} entfernen`),
  parseInput: (raw) => zInput.parse(raw),
  observe: async (c) => ({ takenAtMs: c.world.clock.nowMs(), neededBy: await c.world.neededBy() }),
  steps: [
    {
      kind: 'check',
      name: 'is-not-needed',
      group: 'reads',
      server: () => null,
      explain: () => text('Check that nothing needs the server.', 'Prüfen, dass nichts den Server braucht.'),
      expectedMs: () => 50,
      gates: [isNotNeeded],
    },
    takeKey,
    POINT_OF_NO_RETURN,
    forgetServer,
  ],
});
