import * as z from 'zod';
import { RETRY, type MutationStep, type StepContext } from '#server/engine/define-operation.ts';
import { Secret } from '#server/domain/secret.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import { text } from '#server/domain/text.ts';
import type { SetupObservation } from '../observation.ts';
import { backupPassfilePath, type SetupInput } from '../input.ts';
import type { OperationNode, PairWorld } from '../../pair-world.ts';

const zRemembered = z.object({ existed: z.boolean() });

interface PassfileStep {
  name: string;
  on: 'primary' | 'standby';
  path: (input: SetupInput) => string;
  group: 'changes-primary' | 'changes-standby';
}

/**
 * Passwords of the replication and the rewind role for libpq (PostgreSQL manual, "The Password
 * File"). 0600, or libpq ignores it; hosts are wildcards, so both nodes hold the same file.
 */
export function writePassfile<Observation>(
  o: PassfileStep,
): MutationStep<PairWorld, Observation, SetupInput> {
  const node = (world: PairWorld): OperationNode => world[o.on];
  return {
    kind: 'mutation',
    name: o.name,
    group: o.group,
    server: (c) => c.input[o.on].serverName,
    explain: () =>
      text(
        'Write the password file that replication reads (0600).',
        'Die Passwortdatei schreiben, die die Replikation liest (0600).',
      ),
    actions: (c) => [
      {
        type: 'file',
        server: c.input[o.on].serverName,
        path: o.path(c.input),
        before: null,
        after: `*:*:*:${c.input.roles.replication.name}:•••\n*:*:*:${c.input.roles.rewind.name}:•••\n`,
        mode: '0600',
      },
    ],
    expectedMs: () => 200,
    needs: [],
    isDone: async (c) => {
      const data = await node(c.world).files.read(o.path(c.input), c);
      return data?.toString('utf8') === (await content(c)).reveal() ? 'done' : 'not-done';
    },
    remember: async (c) => ({ existed: (await node(c.world).files.stat(o.path(c.input), c)) !== null }),
    do: async (c) => node(c.world).files.write(o.path(c.input), await content(c), { ...c, mode: 0o600 }),
    undo: {
      explain: () => text('Remove the password file.', 'Die Passwortdatei entfernen.'),
      isDone: async (c, remembered) => {
        if (zRemembered.parse(remembered).existed) return 'done';
        return (await node(c.world).files.stat(o.path(c.input), c)) === null ? 'done' : 'not-done';
      },
      do: (c) => node(c.world).files.removeFile(o.path(c.input), c),
    },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

async function content(c: StepContext<PairWorld, SetupInput>): Promise<Secret> {
  const { replication, rewind } = c.input.roles;
  const [a, b] = [await c.world.secret(replication.secretId), await c.world.secret(rewind.secretId)];
  return new Secret(`*:*:*:${replication.name}:${a.reveal()}\n*:*:*:${rewind.name}:${b.reveal()}\n`);
}

export const primaryPassfile = <Observation>() =>
  writePassfile<Observation>({
    name: 'write-passfile',
    on: 'primary',
    path: (input) => passfilePath(input.primary.location.dataDirectory),
    group: 'changes-primary',
  });

export const backupPassfile = writePassfile<SetupObservation>({
  name: 'write-backup-passfile',
  on: 'standby',
  path: backupPassfilePath,
  group: 'changes-standby',
});
