import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import type { ChangeInput } from '../input.ts';
import type { ChangeWorld } from '../world.ts';

const zAutostart = z.object({ autostart: z.enum(['on', 'off', 'taken', 'not-here']) });

/** A rung of the fence: nothing may start the old primary at the next boot, where a runtime knows what does. */
export function takeAutostart<O, I extends ChangeInput>(
  skip: (input: I) => boolean,
): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'take-autostart',
    group: 'prepares',
    server: (c) => c.input.oldPrimary.serverName,
    skip,
    explain: (c) =>
      text(
        `Take away the autostart of ${c.input.oldPrimary.serverName}. Where PostgreSQL is run by pg_ctl alone, Tandem knows of none: the rung is not here.`,
        `Den Autostart von ${c.input.oldPrimary.serverName} abschalten. Wo PostgreSQL nur mit pg_ctl betrieben wird, kennt Tandem keinen: Diese Sprosse gibt es hier nicht.`,
      ),
    expectedMs: () => 20,
    needs: [],
    isDone: async (c) =>
      (await c.world.oldPrimary.runtime.autostart(within(c))) === 'on' ? 'not-done' : 'done',
    remember: async (c) => ({ autostart: await c.world.oldPrimary.runtime.autostart(within(c)) }),
    do: (c) => c.world.oldPrimary.runtime.setAutostart(false, within(c)),
    output: async (c) => ({ autostart: await c.world.oldPrimary.runtime.autostart(within(c)) }),
    fact: (output) =>
      zAutostart.parse(output).autostart === 'not-here'
        ? text('not here: Tandem knows of no autostart', 'nicht hier: Tandem kennt keinen Autostart')
        : text('autostart is off', 'Autostart ist aus'),
    undo: {
      explain: () =>
        text('Switch autostart on again, if it was.', 'Autostart wieder einschalten, falls er an war.'),
      isDone: async (c, raw) =>
        zAutostart.parse(raw).autostart !== 'on' ||
        (await c.world.oldPrimary.runtime.autostart(within(c))) === 'on'
          ? 'done'
          : 'not-done',
      do: (c) => c.world.oldPrimary.runtime.setAutostart(true, within(c)),
    },
    timeouts: { doMs: 15_000, settleMs: 3_000 },
    retry: RETRY.transientOnly,
  };
}

/** The node is part of the pair again: what starts it at boot is given back, where Tandem took it away. */
export function returnAutostart<O, I extends ChangeInput>(): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'return-autostart',
    group: 'comes-back',
    server: (c) => c.input.oldPrimary.serverName,
    explain: (c) =>
      text(
        `Let ${c.input.oldPrimary.serverName} start at boot again, where Tandem took that away.`,
        `${c.input.oldPrimary.serverName} wieder beim Booten starten lassen, wo Tandem das abgeschaltet hat.`,
      ),
    expectedMs: () => 50,
    needs: [],
    isDone: async (c) =>
      (await c.world.oldPrimary.runtime.autostart(within(c))) === 'taken' ? 'not-done' : 'done',
    do: (c) => c.world.oldPrimary.runtime.setAutostart(true, within(c)),
    undo: { nothing: text('It is a standby now.', 'Er ist jetzt Standby-Server.') },
    timeouts: { doMs: 15_000, settleMs: 3_000 },
    retry: RETRY.transientOnly,
  };
}
