import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { Secret } from '#server/domain/secret.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import { text } from '#server/domain/text.ts';
import { endsReplication, type RemoveInput, type Side } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveContext, RemoveWorld } from '../world.ts';

const zRemembered = z.object({ existed: z.boolean() });

/** The passwords of the replication and the rewind role, on one node. */
export function removePassfile(on: Side): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> {
  const path = (input: RemoveInput): string => passfilePath(input[on].location.dataDirectory);
  const isThere = async (c: RemoveContext): Promise<boolean> =>
    (await c.world[on].files.stat(path(c.input), c)) !== null;
  return {
    kind: 'mutation',
    name: `remove-passfile-on-${on}`,
    group: on === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[on].serverName,
    skip: (input) => !endsReplication(input),
    explain: (c) =>
      text(
        `Remove Tandem's password file on ${c.input[on].serverName}.`,
        `Tandems Passwortdatei auf ${c.input[on].serverName} entfernen.`,
      ),
    actions: (c) => [
      {
        type: 'command',
        server: c.input[on].serverName,
        runAs: c.input[on].location.osOwner,
        line: `rm ${path(c.input)}`,
      },
    ],
    expectedMs: () => 100,
    needs: [],
    isDone: async (c) => ((await isThere(c)) ? 'not-done' : 'done'),
    remember: async (c) => ({ existed: await isThere(c) }),
    do: (c) => c.world[on].files.removeFile(path(c.input), c),
    undo: {
      explain: () => text('Write the password file again.', 'Die Passwortdatei wieder schreiben.'),
      isDone: async (c, raw) => (!zRemembered.parse(raw).existed || (await isThere(c)) ? 'done' : 'not-done'),
      do: async (c) => c.world[on].files.write(path(c.input), await contentOf(c), { ...c, mode: 0o600 }),
    },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

/** As the set-up wrote it. */
async function contentOf(c: RemoveContext): Promise<Secret> {
  let content = '';
  for (const role of [c.input.roles.replication, c.input.roles.rewind]) {
    if (role === null) continue;
    const password = await c.world.secret(role.secretId);
    content += `*:*:*:${role.name}:${password.reveal()}\n`;
  }
  return new Secret(content);
}
