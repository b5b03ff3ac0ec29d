import * as z from 'zod';
import { AppError, toAppError } from '#server/errors/app-error.ts';
import { RETRY, type DoneAnswer, type MutationStep, type UndoPart } from '#server/engine/define-operation.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { signalPath, type ChangeInput } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';
import { isSigned } from './is-signed.ts';

const FAST_MS = 4_000;
const IMMEDIATE_MS = 3_000;
const KILL_MS = 5_000;

const zRemembered = z.object({ ran: z.boolean() });
export const zFenced = z.object({ state: z.string(), seenFromPartner: z.string() });

async function isDown<I extends ChangeInput>(c: ChangeContext<I>): Promise<DoneAnswer> {
  const state = await c.world.oldPrimary.runtime.stopState(within(c, 5_000));
  return state === 'running' || state === 'writes-ended' ? 'not-done' : 'done';
}

/** Fast, then immediate, then SIGKILL: a frozen postmaster hears nothing else, while its sessions may write. */
async function stopHarder<I extends ChangeInput>(c: ChangeContext<I>): Promise<void> {
  // Only behind the fence on disk: what is killed may be started again by anybody.
  if (!(await isSigned(c, 'oldPrimary'))) {
    throw new AppError('GATE_FAILED', { message: `${signalPath(c.input, 'oldPrimary')} is gone` });
  }
  const { runtime } = c.world.oldPrimary;
  for (const [mode, timeoutMs] of [
    ['fast', FAST_MS],
    ['immediate', IMMEDIATE_MS],
    ['kill', KILL_MS],
  ] as const) {
    try {
      await runtime.stop({ signal: c.signal, timeoutMs, mode });
      return;
    } catch (thrown) {
      const error = toAppError(thrown);
      c.log(`stop -m ${mode}: ${error.message}`);
      if (mode === 'kill') throw error;
    }
  }
}

/** What undo does with a node that ran: writable again (nobody else is), read-only, or it stays down. */
type Undo = 'writable' | 'read-only' | 'stays';

/** Second rung: down, verified on the host and from the other node. */
export function stopForGood<O, I extends ChangeInput>(
  skip: (input: I) => boolean,
  undo: Undo,
): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'stop-old',
    group: 'outage',
    server: (c) => c.input.oldPrimary.serverName,
    skip,
    explain: (c) =>
      text(
        `Stop PostgreSQL on ${c.input.oldPrimary.serverName}: fast, then immediate, then by force.`,
        `PostgreSQL auf ${c.input.oldPrimary.serverName} anhalten: fast, dann immediate, dann mit Gewalt.`,
      ),
    actions: (c) => [controlAction(c.input.oldPrimary.serverName, c.input.oldPrimary.location, 'stop')],
    expectedMs: () => 300,
    needs: [],
    isDone: isDown,
    remember: async (c) => ({ ran: (await isDown(c)) === 'not-done' }),
    do: stopHarder,
    output: async (c) => {
      const { oldPrimary, newPrimary } = c.world;
      const [state, refusal] = await Promise.all([
        oldPrimary.runtime.stopState(within(c, 5_000)),
        newPrimary.network.tcp(
          c.input.oldPrimary.address,
          c.input.oldPrimary.location.port,
          within(c, 8_000),
        ),
      ]);
      if (refusal === null) {
        throw new AppError('TWO_PRIMARIES', {
          message: `${c.input.oldPrimary.serverName} was stopped, but ${c.input.newPrimary.serverName} still reaches its PostgreSQL port`,
          hint: 'Something else listens there, or the address leads to another server.',
        });
      }
      return { state, seenFromPartner: refusal };
    },
    fact: (output) => {
      const { state, seenFromPartner } = zFenced.parse(output);
      return text(
        `${state}; from the other node: ${seenFromPartner}`,
        `${state}; vom anderen Knoten aus: ${seenFromPartner}`,
      );
    },
    undo: undo === 'stays' ? { nothing: STAYS_DOWN } : undoOf(undo),
    timeouts: { doMs: 20_000, settleMs: 5_000, pollMs: 20 },
    retry: RETRY.never,
  };
}

const STAYS_DOWN = text(
  'It stays down: the other node is the primary.',
  'Er bleibt angehalten: Der andere Knoten ist der Primärserver.',
);

function undoOf<I extends ChangeInput>(how: Exclude<Undo, 'stays'>): UndoPart<ChangeWorld, I> {
  return {
    explain: (c) =>
      how === 'writable'
        ? text(
            `Start ${c.input.oldPrimary.serverName} again as it was, if it ran.`,
            `${c.input.oldPrimary.serverName} wieder starten, wie er war, falls er lief.`,
          )
        : text(
            `Start ${c.input.oldPrimary.serverName} again, read-only, if it ran.`,
            `${c.input.oldPrimary.serverName} wieder starten, nur lesend, falls er lief.`,
          ),
    isDone: async (c, raw) =>
      !zRemembered.parse(raw).ran || (await c.world.oldPrimary.runtime.isAcceptingConnections(within(c)))
        ? 'done'
        : 'not-done',
    do: async (c) => {
      const { files, runtime } = c.world.oldPrimary;
      if (how === 'writable') {
        await requirePartnerReadOnly(c);
        await files.removeFile(signalPath(c.input, 'oldPrimary'), c);
      } else if (!(await isSigned(c, 'oldPrimary'))) {
        throw new AppError('TWO_PRIMARIES', {
          message: `${signalPath(c.input, 'oldPrimary')} is gone: a start would be writable`,
        });
      }
      await runtime.start(within(c, 120_000));
    },
  };
}

async function requirePartnerReadOnly<I extends ChangeInput>(c: ChangeContext<I>): Promise<void> {
  const partner = await c.world.newPrimary.session.position(within(c, 3_000)).catch(() => null);
  if (partner?.inRecovery !== false) return;
  throw new AppError('TWO_PRIMARIES', {
    message: `${c.input.newPrimary.serverName} accepts writes: the old primary stays down`,
  });
}
