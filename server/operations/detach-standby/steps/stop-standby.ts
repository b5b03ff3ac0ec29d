import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { text } from '#server/domain/text.ts';
import { signalPath } from '../../change/input.ts';
import { isSigned } from '../../change/steps/is-signed.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { DetachInput } from '../input.ts';
import type { DetachObservation } from '../look.ts';

/** A restartpoint of much memory takes its time; a stop by force would only make the next start slower. */
const STOP_MS = 180_000;
const zBefore = z.object({ ran: z.boolean() });

async function runs({ world, signal }: ChangeContext<DetachInput>): Promise<boolean> {
  const state = await world.oldPrimary.runtime.stopState(within({ signal }));
  return state === 'running' || state === 'writes-ended';
}

async function requireSigned(c: ChangeContext<DetachInput>): Promise<void> {
  if (await isSigned(c, 'oldPrimary')) return;
  throw new AppError('TWO_PRIMARIES', {
    message: `${signalPath(c.input, 'oldPrimary')} is gone: a start would be writable`,
    hint: 'Put it back by hand, then retry.',
  });
}

/** Stopped cleanly, with standby.signal in place: whoever starts it gets a read-only server. */
export const stopStandby: MutationStep<ChangeWorld, DetachObservation, DetachInput> = {
  kind: 'mutation',
  name: 'stop-standby',
  group: 'changes-standby',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => !input.standbyReachable,
  explain: (c) =>
    text(
      `Stop PostgreSQL on ${c.input.oldPrimary.serverName}. Its directory stays as it is; its sessions end.`,
      `PostgreSQL auf ${c.input.oldPrimary.serverName} anhalten. Sein Verzeichnis bleibt, wie es ist; seine Sitzungen enden.`,
    ),
  actions: (c) => [controlAction(c.input.oldPrimary.serverName, c.input.oldPrimary.location, 'stop')],
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) => ((await runs(c)) ? 'not-done' : 'done'),
  remember: async (c) => ({ ran: await runs(c) }),
  do: async (c) => {
    await requireSigned(c);
    await c.world.oldPrimary.runtime.stop({ signal: c.signal, timeoutMs: STOP_MS, mode: 'fast' });
  },
  output: async (c) => ({ state: await c.world.oldPrimary.runtime.stopState(within(c)) }),
  undo: {
    explain: (c) =>
      text(
        `Start ${c.input.oldPrimary.serverName} again as the standby, if it ran.`,
        `${c.input.oldPrimary.serverName} wieder als Standby-Server starten, falls er lief.`,
      ),
    isDone: async (c, raw) =>
      !zBefore.parse(raw).ran || (await c.world.oldPrimary.runtime.isAcceptingConnections(within(c)))
        ? 'done'
        : 'not-done',
    do: async (c) => {
      await requireSigned(c);
      await c.world.oldPrimary.runtime.start(within(c, 120_000));
    },
  },
  timeouts: { doMs: STOP_MS + 10_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};
