import * as z from 'zod';
import { toAppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { configDirectoryOf } from '#server/domain/instance-location.ts';
import { hasHbaFence, withHbaFence, withoutHbaFence } from '#server/domain/hba-fence.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { within } from '../../pair-world.ts';
import type { ChangeInput } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';

const QUICK_MS = 2_000;
/** A role that nobody has: the rules are asked before the role is looked up. */
const NOBODY = 'tandem_nobody';
const zRejected = z.object({ written: z.boolean(), seenFromPartner: z.string() });

/** Worlds in which it was tried: a weak rung is tried once and never stands in the way of an emergency. */
const tried = new WeakSet<ChangeWorld>();

const hbaPath = (input: ChangeInput): string => `${configDirectoryOf(input.oldPrimary.location)}/pg_hba.conf`;

async function hbaOf<I extends ChangeInput>(c: ChangeContext<I>): Promise<string | null> {
  return (await c.world.oldPrimary.files.read(hbaPath(c.input), c))?.toString('latin1') ?? null;
}

async function writeHba<I extends ChangeInput>(c: ChangeContext<I>, content: string): Promise<void> {
  const { files } = c.world.oldPrimary;
  const mode = (await files.stat(hbaPath(c.input), c))?.mode ?? 0o600;
  await files.write(hbaPath(c.input), Buffer.from(content, 'latin1'), { ...c, mode });
}

const answers = <I extends ChangeInput>(c: ChangeContext<I>): Promise<boolean> =>
  c.world.oldPrimary.runtime.isAcceptingConnections(within(c, QUICK_MS)).catch(() => false);

async function lay<I extends ChangeInput>(c: ChangeContext<I>): Promise<void> {
  const before = await hbaOf(c);
  if (before === null) {
    c.log(`there is no ${hbaPath(c.input)}: the rung is not here`);
    return;
  }
  await writeHba(c, withHbaFence(before));
  if (!(await answers(c))) return;
  const { admin, runtime } = c.world.oldPrimary;
  const errors = await admin.hbaErrors(within(c, QUICK_MS));
  if (errors.length > 0) {
    await writeHba(c, before);
    c.log(`pg_hba.conf does not read well with the block, put back: ${errors[0]?.error ?? ''}`);
    return;
  }
  await runtime.reload(within(c, QUICK_MS));
}

/** Read back from the disk, and asked from the other node. */
async function seenNow<I extends ChangeInput>(c: ChangeContext<I>): Promise<Json> {
  const { address, location } = c.input.oldPrimary;
  const [hba, seenFromPartner] = await Promise.all([
    hbaOf(c).catch(() => null),
    c.world.newPrimary.network
      .login({ host: address, port: location.port, user: NOBODY, ...within(c, QUICK_MS + 3_000) })
      .catch((thrown: unknown) => toAppError(thrown).message),
  ]);
  return { written: hasHbaFence(hba ?? ''), seenFromPartner };
}

function describe(output: Json): Text {
  const { written, seenFromPartner } = zRejected.parse(output);
  if (!written) return text('not written', 'nicht geschrieben');
  return text(
    `written; from the other node: ${seenFromPartner}`,
    `geschrieben; vom anderen Knoten aus: ${seenFromPartner}`,
  );
}

/**
 * A weak rung: whoever may edit the file may undo it, and sessions that are open stay open. It never
 * counts as a proof that the old primary does not write; it only makes applications leave.
 */
export function rejectClients<O, I extends ChangeInput, W extends ChangeWorld>(
  skip: (input: I) => boolean,
): MutationStep<W, O, I> {
  return {
    kind: 'mutation',
    name: 'reject-clients',
    group: 'prepares',
    server: (c) => c.input.oldPrimary.serverName,
    skip,
    explain: (c) =>
      text(
        `Reject connections over the network in pg_hba.conf of ${c.input.oldPrimary.serverName}. A weak rung: it counts for nothing alone.`,
        `Verbindungen über das Netz in pg_hba.conf von ${c.input.oldPrimary.serverName} abweisen. Eine schwache Sprosse: Allein zählt sie nicht.`,
      ),
    actions: (c) => [
      {
        type: 'file',
        server: c.input.oldPrimary.serverName,
        path: hbaPath(c.input),
        before: null,
        after: withHbaFence(''),
        mode: '0600',
      },
    ],
    expectedMs: () => 300,
    needs: [],
    isDone: async (c) => {
      if (tried.has(c.world)) return 'done';
      return hasHbaFence((await hbaOf(c)) ?? '') ? 'done' : 'not-done';
    },
    remember: async (c) => ({ had: hasHbaFence((await hbaOf(c)) ?? '') }),
    do: async (c) => {
      await lay(c).catch((thrown: unknown) => {
        c.signal.throwIfAborted();
        c.log(`not laid: ${toAppError(thrown).message}`);
      });
      tried.add(c.world);
    },
    output: seenNow,
    fact: describe,
    undo: {
      explain: () => text('Let applications in again.', 'Anwendungen wieder zulassen.'),
      isDone: async (c, raw) =>
        z.object({ had: z.boolean() }).parse(raw).had || !hasHbaFence((await hbaOf(c)) ?? '')
          ? 'done'
          : 'not-done',
      do: takeAway,
    },
    timeouts: { doMs: 12_000, settleMs: 3_000 },
    retry: RETRY.never,
  };
}

async function takeAway<I extends ChangeInput>(c: ChangeContext<I>): Promise<void> {
  const now = await hbaOf(c);
  if (now !== null) await writeHba(c, withoutHbaFence(now));
  if (await answers(c)) await c.world.oldPrimary.runtime.reload(within(c));
}

/** The node is part of the pair again: its applications may come back, as far as it lets them. */
export function admitClients<O, I extends ChangeInput>(): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name: 'admit-clients',
    group: 'comes-back',
    server: (c) => c.input.oldPrimary.serverName,
    explain: (c) =>
      text(
        `Take the reject of connections away from pg_hba.conf of ${c.input.oldPrimary.serverName}, where a failover laid one.`,
        `Die Abweisung von Verbindungen aus pg_hba.conf von ${c.input.oldPrimary.serverName} entfernen, wo ein Failover sie hinterlassen hat.`,
      ),
    expectedMs: () => 60,
    needs: [],
    isDone: async (c) => (hasHbaFence((await hbaOf(c)) ?? '') ? 'not-done' : 'done'),
    do: takeAway,
    undo: { nothing: text('It is a standby now.', 'Er ist jetzt Standby-Server.') },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
