import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { RemoveInput } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveWorld } from '../world.ts';

const STAYS_REMOVED = text(
  'The pair can be taken over again with the wizard.',
  'Das Serverpaar kann mit dem Assistenten wieder übernommen werden.',
);

/** From here the pair is not watched any more; its history of samples goes, the audit log stays. */
export const forgetPair: MutationStep<RemoveWorld, RemoveObservation, RemoveInput> = {
  kind: 'mutation',
  name: 'forget-pair',
  group: 'forgets',
  server: () => null,
  explain: (c) =>
    text(
      `Stop watching ${c.input.pairName}. Its measurements are deleted; runs and audit log stay.`,
      `${c.input.pairName} nicht mehr überwachen. Die Messwerte werden gelöscht; Vorgänge und Audit-Protokoll bleiben.`,
    ),
  expectedMs: () => 200,
  needs: [],
  isDone: async (c) => ((await c.world.inventory.exists(c.input.pairId)) ? 'not-done' : 'done'),
  do: (c) => c.world.inventory.remove(c.input.pairId),
  undo: { nothing: STAYS_REMOVED },
  timeouts: { doMs: 15_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

/** Passwords that nothing needs any more. */
export const forgetSecrets: MutationStep<RemoveWorld, RemoveObservation, RemoveInput> = {
  kind: 'mutation',
  name: 'forget-secrets',
  group: 'forgets',
  server: () => null,
  skip: (input) => input.secretIds.length === 0,
  explain: () =>
    text("Delete the roles' passwords from Tandem.", 'Die Passwörter der Rollen aus Tandem löschen.'),
  expectedMs: () => 100,
  needs: [],
  isDone: async (c) => {
    for (const id of c.input.secretIds) if (await c.world.secretExists(id)) return 'not-done';
    return 'done';
  },
  do: async (c) => {
    for (const id of c.input.secretIds) await c.world.forgetSecret(id);
  },
  undo: { nothing: STAYS_REMOVED },
  timeouts: { doMs: 15_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
