import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { signalPath } from '../../change/input.ts';
import { isSigned } from '../../change/steps/is-signed.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { SwitchoverInput } from '../input.ts';
import { opennessOf, startOldAgain } from './start-old-again.ts';

const zRemembered = z.object({ existed: z.boolean() });
/** A server that its host has just started may take its time. */
const DO_MS = 180_000;
const STARTS_MS = 15_000;
const LOOK_EVERY_MS = 500;

/**
 * Its host may have booted since: then the fence holds it read-only, and nobody accepts writes. `perhaps` =
 * it starts; one that hangs in production has read no signal.
 */
async function heldByFence(c: ChangeContext<SwitchoverInput>): Promise<'yes' | 'no' | 'perhaps'> {
  const openness = await opennessOf(c);
  if (openness !== 'closed') return openness === 'read-only' ? 'yes' : 'no';
  const control = await c.world.oldPrimary.runtime.controlData(within(c));
  return control?.clusterState === 'in production' ? 'no' : 'perhaps';
}

/**
 * `standby.signal` in the directory of the primary while it runs: no effect now, and from here on every
 * start of it, by anyone, is read-only (PostgreSQL manual, "Standby Server Operation").
 */
export const signOld: MutationStep<ChangeWorld, unknown, SwitchoverInput> = {
  kind: 'mutation',
  name: 'sign-old',
  group: 'prepares',
  server: (c) => c.input.oldPrimary.serverName,
  explain: ({ input: { oldPrimary } }) =>
    text(
      `Fence ${oldPrimary.serverName}: standby.signal makes every later start of it read-only, whoever starts it.`,
      `${oldPrimary.serverName} isolieren: Mit standby.signal ist jeder spätere Start nur lesend, wer auch immer ihn startet.`,
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
  expectedMs: () => 60,
  needs: [],
  isDone: async (c) => ((await isSigned(c, 'oldPrimary')) ? 'done' : 'not-done'),
  remember: async (c) => ({ existed: await isSigned(c, 'oldPrimary') }),
  do: (c) =>
    c.world.oldPrimary.files.write(signalPath(c.input, 'oldPrimary'), Buffer.alloc(0), { ...c, mode: 0o600 }),
  undo: {
    explain: () =>
      text(
        'Remove standby.signal. A server that was started with it is started again without it.',
        'standby.signal entfernen. Ein Server, der damit gestartet wurde, wird ohne die Datei neu gestartet.',
      ),
    isDone: async (c, raw) => {
      if (zRemembered.parse(raw).existed) return 'done';
      if (await isSigned(c, 'oldPrimary')) return 'not-done';
      return (await heldByFence(c)) === 'no' ? 'done' : 'not-done';
    },
    do: async (c) => {
      let held = await heldByFence(c);
      while (held === 'perhaps') {
        await c.world.clock.sleep(LOOK_EVERY_MS, c.signal);
        held = await heldByFence(c);
      }
      if (held === 'yes') await startOldAgain(c);
      else await c.world.oldPrimary.files.removeFile(signalPath(c.input, 'oldPrimary'), c);
    },
  },
  timeouts: { doMs: DO_MS, settleMs: STARTS_MS },
  retry: RETRY.transientOnly,
};
