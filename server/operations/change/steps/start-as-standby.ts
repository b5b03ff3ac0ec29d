import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { readAutoConf } from '#server/domain/auto-conf.ts';
import { parseConninfo, targetOf } from '#server/domain/conninfo.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { autoConfPath, other, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';
import { isSigned } from './is-signed.ts';

/** Read from disk at that instant: a demoted node that starts without them is a second primary. */
async function requireStandbyFiles<I extends ChangeInput>(c: ChangeContext<I>, on: Pin): Promise<void> {
  const { files } = c.world[on];
  const conf = (await files.read(autoConfPath(c.input, on), c))?.toString('latin1') ?? '';
  const conninfo = parseConninfo(readAutoConf(conf).get('primary_conninfo') ?? '');
  if ((await isSigned(c, on)) && targetOf(conninfo) === c.input[other(on)].address) return;
  throw new AppError('TWO_PRIMARIES', {
    message: `${c.input[on].serverName} would start as a second primary: standby.signal or primary_conninfo is missing`,
    hint: 'Do not start it by hand. Rejoin it from the page of the pair.',
  });
}

/** Starts the demoted node, read-only, following the other one. */
export function startAsStandby<O, I extends ChangeInput>(
  name: string,
  on: Pin,
): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name,
    group: 'comes-back',
    server: (c) => c.input[on].serverName,
    explain: (c) =>
      text(
        `Start ${c.input[on].serverName} as the standby of ${c.input[other(on)].serverName}.`,
        `${c.input[on].serverName} als Standby-Server von ${c.input[other(on)].serverName} starten.`,
      ),
    actions: (c) => [controlAction(c.input[on].serverName, c.input[on].location, 'start')],
    expectedMs: () => 1_000,
    needs: [],
    isDone: async (c) => {
      const { runtime, admin } = c.world[on];
      if (!(await runtime.isAcceptingConnections(within(c)))) return 'not-done';
      const { inRecovery } = await admin.status(within(c));
      if (inRecovery) return 'done';
      return {
        conflict: new AppError('TWO_PRIMARIES', {
          message: `${c.input[on].serverName} accepts writes`,
          hint: 'Stop it at once: two nodes of the pair are writable.',
        }).toProblem(),
      };
    },
    do: async (c) => {
      await requireStandbyFiles(c, on);
      await c.world[on].runtime.start(within(c, 120_000));
    },
    undo: { nothing: text('It stays a standby.', 'Er bleibt Standby-Server.') },
    timeouts: { doMs: 150_000, settleMs: 60_000 },
    retry: RETRY.transientOnly,
  };
}
