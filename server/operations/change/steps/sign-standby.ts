import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { signalPath, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';

/** See container-gate-script.ts. */
const HELD_BY_GATE = 'held by the start gate';
const zRemembered = z.object({ existed: z.boolean() });

/** A signal that a container's start gate laid for the time of a boot does not count: it is taken away again. */
export async function isSigned<I extends ChangeInput>(c: ChangeContext<I>, on: Pin): Promise<boolean> {
  const signal = await c.world[on].files.read(signalPath(c.input, on), c);
  return signal !== null && !signal.toString().startsWith(HELD_BY_GATE);
}

/**
 * `standby.signal` in the directory of a node that runs: no effect now, and from here on every start
 * of it, by anyone, is read-only (PostgreSQL manual, "Standby Server Operation").
 */
export function signStandby<O, I extends ChangeInput>(
  name: string,
  on: Pin,
): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name,
    group: 'prepares',
    server: (c) => c.input[on].serverName,
    explain: (c) =>
      text(
        `Fence ${c.input[on].serverName}: standby.signal makes every later start of it read-only, whoever starts it.`,
        `${c.input[on].serverName} isolieren: Mit standby.signal ist jeder spätere Start nur lesend, wer auch immer ihn startet.`,
      ),
    actions: (c) => [
      {
        type: 'file',
        server: c.input[on].serverName,
        path: signalPath(c.input, on),
        before: null,
        after: '',
        mode: '0600',
      },
    ],
    expectedMs: () => 60,
    needs: [],
    isDone: async (c) => ((await isSigned(c, on)) ? 'done' : 'not-done'),
    remember: async (c) => ({ existed: await isSigned(c, on) }),
    do: (c) => c.world[on].files.write(signalPath(c.input, on), Buffer.alloc(0), { ...c, mode: 0o600 }),
    undo: {
      explain: () => text('Remove standby.signal.', 'standby.signal entfernen.'),
      isDone: async (c, raw) =>
        zRemembered.parse(raw).existed || !(await isSigned(c, on)) ? 'done' : 'not-done',
      do: (c) => c.world[on].files.removeFile(signalPath(c.input, on), c),
    },
    timeouts: { doMs: 15_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
