import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep, type UndoPart } from '#server/engine/define-operation.ts';
import { readAutoConf, withAutoConf } from '#server/domain/auto-conf.ts';
import { text } from '#server/domain/text.ts';
import { autoConfPath, followSettings, signalPath, type ChangeInput } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';
import { isSigned } from './sign-standby.ts';

const ENCODING = 'latin1';
const zRemembered = z.object({ signed: z.boolean(), autoConf: z.string() });

async function autoConf<I extends ChangeInput>(c: ChangeContext<I>): Promise<string> {
  const data = await c.world.oldPrimary.files.read(autoConfPath(c.input, 'oldPrimary'), c);
  if (data !== null) return data.toString(ENCODING);
  throw new AppError('FILE_NOT_FOUND', {
    message: `${autoConfPath(c.input, 'oldPrimary')} is gone`,
    hint: 'The data directory is not where it was. Look at the host.',
  });
}

/** First rung: the old primary's own directory says standby, so every start of it, by anyone, is read-only. */
export function fenceDirectory<O, I extends ChangeInput>(
  skip: (input: I) => boolean,
  undo: 'taken-away' | 'stays',
): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'fence-directory',
    group: 'prepares',
    server: (c) => c.input.oldPrimary.serverName,
    skip,
    explain: (c) =>
      text(
        `Fence ${c.input.oldPrimary.serverName}: standby.signal and primary_conninfo, so that every start of it is read-only.`,
        `${c.input.oldPrimary.serverName} abschotten: standby.signal und primary_conninfo, damit jeder Start nur lesend ist.`,
      ),
    actions: (c) => [
      {
        type: 'file',
        server: c.input.oldPrimary.serverName,
        path: signalPath(c.input, 'oldPrimary'),
        before: null,
        after: '',
        mode: '0600',
      },
    ],
    expectedMs: () => 100,
    needs: [],
    isDone: async (c) => {
      if (!(await isSigned(c, 'oldPrimary'))) return 'not-done';
      const now = readAutoConf(await autoConf(c));
      const wanted = followSettings(c.input, 'oldPrimary');
      return [...wanted].every(([k, v]) => now.get(k) === v) ? 'done' : 'not-done';
    },
    remember: async (c) => ({
      signed: await isSigned(c, 'oldPrimary'),
      autoConf: Buffer.from(await autoConf(c), ENCODING).toString('base64'),
    }),
    do: async (c) => {
      const { files } = c.world.oldPrimary;
      // The signal first: it alone makes a start read-only.
      await files.write(signalPath(c.input, 'oldPrimary'), Buffer.alloc(0), { ...c, mode: 0o600 });
      const content = withAutoConf(await autoConf(c), followSettings(c.input, 'oldPrimary'));
      await files.write(autoConfPath(c.input, 'oldPrimary'), Buffer.from(content, ENCODING), {
        ...c,
        mode: 0o600,
      });
    },
    undo: undo === 'stays' ? { nothing: STAYS_FENCED } : takenAway(),
    timeouts: { doMs: 10_000, settleMs: 3_000, pollMs: 20 },
    retry: RETRY.never,
  };
}

const STAYS_FENCED = text(
  'The fence stays: the other node is the primary.',
  'Die Abschottung bleibt: Der andere Knoten ist der Primärserver.',
);

function takenAway<I extends ChangeInput>(): UndoPart<ChangeWorld, I> {
  return {
    explain: () => text('Take the fence away again.', 'Die Abschottung wieder entfernen.'),
    isDone: async (c, raw) => {
      const { signed, autoConf: old } = zRemembered.parse(raw);
      if (!signed && (await isSigned(c, 'oldPrimary'))) return 'not-done';
      return Buffer.from(await autoConf(c), ENCODING).toString('base64') === old ? 'done' : 'not-done';
    },
    do: async (c, raw) => {
      const { signed, autoConf: old } = zRemembered.parse(raw);
      const { files } = c.world.oldPrimary;
      await files.write(autoConfPath(c.input, 'oldPrimary'), Buffer.from(old, 'base64'), {
        ...c,
        mode: 0o600,
      });
      if (!signed) await files.removeFile(signalPath(c.input, 'oldPrimary'), c);
    },
  };
}
