import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { WaitStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import { pausedForMs } from '../../routes/steps/pause-pools.ts';
import type { SwitchoverInput } from '../input.ts';
import { askOldHost, lostDuringStop } from './old-host.ts';
import { proveShutdown, type ShutdownProof } from './shutdown-proof.ts';
import { zStopping } from './stop-old.ts';

export const zProof = z.object({
  checkpointLsn: z.string(),
  replayLsn: z.string(),
  by: z.enum(['control-file', 'received-wal']),
});

const elapsedMs = (c: ChangeContext<SwitchoverInput>): number => {
  const begun = zStopping.safeParse(c.rememberedBy('stop-old')).data?.stopAskedAtMs;
  const stoppedForMs = begun === undefined ? 0 : c.world.clock.nowMs() - begun;
  return Math.max(stoppedForMs, pausedForMs(c));
};

/** The last proof of a world: the output is what `isDone` saw, not a second look inside the outage. */
const proofs = new WeakMap<ChangeWorld, { proof: ShutdownProof; atMs: number }>();

/** A proof so young is the one observation that the promotion rests on: looking again only lengthens the outage. */
const SAME_LOOK_MS = 500;

/** The proof that the point of no return stands on. */
export const nothingWasLost: WaitStep<ChangeWorld, SwitchoverInput> = {
  kind: 'wait',
  name: 'nothing-was-lost',
  group: 'outage',
  server: (c) => c.input.newPrimary.serverName,
  explain: (c) =>
    text(
      `Wait until ${c.input.newPrimary.serverName} has replayed the shutdown checkpoint of ${c.input.oldPrimary.serverName}: every commit is there.`,
      `Warten, bis ${c.input.newPrimary.serverName} den Shutdown-Checkpoint von ${c.input.oldPrimary.serverName} eingespielt hat: Jeder Commit ist da.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.oldPrimary.serverName,
      runAs: c.input.oldPrimary.location.osOwner,
      line: `${c.input.oldPrimary.location.binDirectory}/pg_controldata -D ${c.input.oldPrimary.location.dataDirectory}`,
    },
    { type: 'sql', server: c.input.newPrimary.serverName, statement: 'SELECT pg_last_wal_replay_lsn();' },
  ],
  expectedMs: () => 30,
  isDone: async (c) => {
    const proof = await proveShutdown(c);
    proofs.set(c.world, { proof, atMs: c.world.clock.monotonicMs() });
    if (proof.state === 'proven') return 'done';
    if (proof.state === 'not-shut-down') {
      throw new AppError('GATE_FAILED', {
        message: `${c.input.oldPrimary.serverName} is not shut down cleanly (${proof.clusterState})`,
        hint: 'It is started again as it was.',
      });
    }
    const late = elapsedMs(c) >= c.input.outageLimitMs;
    if (proof.state === 'unreachable' && late)
      return { conflict: lostDuringStop(c.input, proof.detail).toProblem() };
    if (proof.state === 'behind' && late) {
      throw new AppError('GATE_FAILED', {
        message: `${c.input.newPrimary.serverName} has not replayed everything within the limit of ${Math.round(c.input.outageLimitMs / 1_000)} s`,
        detail: `${proof.missingBytes} bytes before ${proof.checkpointLsn}, replayed ${proof.replayLsn}`,
        hint: 'The old primary is started again. Look at replay on the standby.',
      });
    }
    return 'not-done';
  },
  output: (c) => {
    const proof = proofs.get(c.world)?.proof;
    if (proof?.state !== 'proven') throw new AppError('ASSERTION', { message: 'the proof is gone' });
    const { checkpointLsn, replayLsn, by } = proof;
    return Promise.resolve({ checkpointLsn, replayLsn, by });
  },
  fact: (output) => {
    const { checkpointLsn, replayLsn, by } = zProof.parse(output);
    const [en, de] =
      by === 'control-file'
        ? ['', '']
        : [
            '; the old host does not answer: seen in the WAL that was received',
            '; der alte Host antwortet nicht: im empfangenen WAL gesehen',
          ];
    return text(
      `checkpoint ${checkpointLsn}, replayed ${replayLsn}${en}`,
      `Checkpoint ${checkpointLsn}, eingespielt bis ${replayLsn}${de}`,
    );
  },
  // The limit itself is watched by isDone; this is the last resort above it.
  timeouts: (input) => ({ settleMs: input.outageLimitMs + 10_000, pollMs: 5 }),
};

/**
 * At the instant of the promotion: the old primary is down, or was proven shut down and any start of it
 * since is read-only. One that accepts writes is a conflict.
 */
export async function oldPrimaryCannotWrite(c: ChangeContext<SwitchoverInput>): Promise<void> {
  const last = proofs.get(c.world);
  if (last?.proof.state === 'proven' && c.world.clock.monotonicMs() - last.atMs < SAME_LOOK_MS) return;
  const { runtime, session } = c.world.oldPrimary;
  const state = await askOldHost(c, (wait) => runtime.stopState(wait)).catch(() => null);
  if (state !== 'running') return;
  const at = await session.position(within(c, 3_000)).catch(() => null);
  if (at?.inRecovery === true) return;
  throw new AppError('TWO_PRIMARIES', {
    message: `${c.input.oldPrimary.serverName} runs and is not a standby`,
    hint: 'Somebody started it. Look at both nodes before going on.',
  });
}
