import { text } from '#server/domain/text.ts';
import type { MutationStep, ReadStep } from '#server/engine/define-operation.ts';
import { alterSettings } from '../../change/steps/alter-settings.ts';
import { chosenOf, type ReleaseInput } from '../input.ts';
import type { ReleaseObservation, ReleaseWorld } from '../observation.ts';

/** The same values, from where the next start finds them. The command line still wins until then. */
export const moveSettings: MutationStep<ReleaseWorld, ReleaseObservation, ReleaseInput> = alterSettings<
  ReleaseWorld,
  ReleaseObservation,
  ReleaseInput
>({
  name: 'move-settings',
  group: 'prepares',
  on: (world) => world.node,
  serverName: (input) => input.node.serverName,
  copy: 'release',
  wanted: (input) => new Map(chosenOf(input).map(({ name, value }) => [name, value])),
  load: 'next-start',
  explain: (c) =>
    text(
      `Write the same values on ${c.input.node.serverName} with ALTER SYSTEM. Until the restart the command line wins.`,
      `Dieselben Werte auf ${c.input.node.serverName} mit ALTER SYSTEM schreiben. Bis zum Neustart gilt die Kommandozeile.`,
    ),
  undoExplain: () => text('Put the old values back.', 'Die alten Werte zurücksetzen.'),
  expectedMs: 500,
});

/** What a stop would have to write is written before it. */
export const writePages: ReadStep<ReleaseWorld, ReleaseInput> = {
  kind: 'read',
  name: 'checkpoint',
  group: 'prepares',
  server: (c) => c.input.node.serverName,
  explain: (c) =>
    text(
      `Checkpoint on ${c.input.node.serverName}, so that stopping takes no time.`,
      `Checkpoint auf ${c.input.node.serverName}, damit das Anhalten nicht dauert.`,
    ),
  actions: (c) => [{ type: 'sql', server: c.input.node.serverName, statement: 'CHECKPOINT;' }],
  expectedMs: () => 1_000,
  timeoutMs: 300_000,
  read: async (c) => {
    const startedAtMs = c.world.clock.monotonicMs();
    await c.world.node.admin.checkpoint({ signal: c.signal, timeoutMs: 300_000 });
    return { ms: Math.round(c.world.clock.monotonicMs() - startedAtMs) };
  },
};
