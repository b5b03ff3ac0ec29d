import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { readHbaBlock } from '#server/domain/hba-block.ts';
import { text } from '#server/domain/text.ts';
import { droppedRoles, endsReplication, type RemoveInput, type Side } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveContext, RemoveWorld } from '../world.ts';

const zRemembered = z.object({ content: z.string().nullable(), mode: z.number() });
const copyOf = (input: RemoveInput, on: Side): string => `${input.hbaFiles[on]}.before-tandem`;

/** The copy of pg_hba.conf from before Tandem; it stays while another pair still has rules there. */
export function removeHbaCopy(on: Side): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> {
  const read = (c: RemoveContext): Promise<Buffer | null> => c.world[on].files.read(copyOf(c.input, on), c);
  const isNeeded = async (c: RemoveContext): Promise<boolean> => {
    const hba = await c.world[on].files.read(c.input.hbaFiles[on], c);
    return readHbaBlock(hba?.toString('latin1') ?? '') !== null;
  };
  return {
    kind: 'mutation',
    name: `remove-hba-copy-on-${on}`,
    group: on === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[on].serverName,
    skip: (input) =>
      droppedRoles(input).length === 0 || (input.roles.replication !== null && !endsReplication(input)),
    explain: () =>
      text(
        'Remove the copy of pg_hba.conf from before Tandem, unless another pair has rules there.',
        'Die Kopie von pg_hba.conf aus der Zeit vor Tandem entfernen, es sei denn, ein anderes Serverpaar hat dort Regeln.',
      ),
    actions: (c) => [
      {
        type: 'command',
        server: c.input[on].serverName,
        runAs: c.input[on].location.osOwner,
        line: `rm ${copyOf(c.input, on)}`,
      },
    ],
    expectedMs: () => 100,
    needs: [],
    isDone: async (c) => ((await isNeeded(c)) || (await read(c)) === null ? 'done' : 'not-done'),
    remember: async (c) => {
      const stat = await c.world[on].files.stat(copyOf(c.input, on), c);
      return { content: (await read(c))?.toString('base64') ?? null, mode: stat?.mode ?? 0o600 };
    },
    do: (c) => c.world[on].files.removeFile(copyOf(c.input, on), c),
    undo: {
      explain: () => text('Write the copy again.', 'Die Kopie wieder schreiben.'),
      isDone: async (c, raw) => {
        const { content } = zRemembered.parse(raw);
        return content === null || (await read(c))?.toString('base64') === content ? 'done' : 'not-done';
      },
      do: async (c, raw) => {
        const { content, mode } = zRemembered.parse(raw);
        const data = Buffer.from(content ?? '', 'base64');
        await c.world[on].files.write(copyOf(c.input, on), data, { ...c, mode });
      },
    },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
