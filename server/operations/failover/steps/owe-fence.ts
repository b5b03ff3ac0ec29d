import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { zFenced } from '../../change/steps/stop-for-good.ts';
import type { ChangeInput } from '../../change/input.ts';
import type { ChangeContext } from '../../change/world.ts';
import { fenceInputOf } from '../../fence-node/input.ts';
import type { FailoverInput } from '../input.ts';
import type { ChangeWorld } from '../../change/world.ts';

type Context = ChangeContext<FailoverInput> & { world: ChangeWorld };

export const fenceIdOf = (input: ChangeInput): string => `${input.pairId}:${input.epoch}`;

/** Keeps the old primary's fence as owed; `detail` says why it could not be set at once. */
export function oweFenceOf(
  { world, input }: { world: Pick<ChangeWorld, 'fences'>; input: ChangeInput },
  detail: string,
): Promise<void> {
  const { instanceId, serverName } = input.oldPrimary;
  return world.fences.owe({
    id: fenceIdOf(input),
    pairId: input.pairId,
    instanceId,
    serverName,
    input: fenceInputOf(input, fenceIdOf(input)),
    state: 'pending',
    detail,
  });
}

/** Stopped and read-only on disk, both seen: the only thing that counts as a proof. */
function isProven(c: Pick<Context, 'outputOf'>): boolean {
  const fenced = zFenced.safeParse(c.outputOf('stop-old')).data;
  return fenced !== undefined;
}

/**
 * Before the promotion it is either proven that the old primary is down, or a person has typed that
 * they know it is not; then the fence is owed, and kept until it is set.
 */
export const oweFence: MutationStep<ChangeWorld, unknown, FailoverInput> = {
  kind: 'mutation',
  name: 'owe-fence',
  group: 'prepares',
  server: () => null,
  skip: (input) => input.oldHostReachable,
  explain: (c) =>
    text(
      `Keep the fence of ${c.input.oldPrimary.serverName} as owed: it is set as soon as the host is back.`,
      `Die Isolierung von ${c.input.oldPrimary.serverName} als ausstehend vermerken: Sie wird gesetzt, sobald der Host zurück ist.`,
    ),
  expectedMs: () => 20,
  needs: [],
  isDone: async (c) => ((await c.world.fences.exists(fenceIdOf(c.input))) ? 'done' : 'not-done'),
  do: async (c) => {
    if (!c.input.acceptUnproven) throw notProven(c.input.oldPrimary.serverName);
    await oweFenceOf(c, 'the host was out of reach at the failover');
  },
  undo: {
    explain: () => text('The fence is owed no more.', 'Die Isolierung steht nicht mehr aus.'),
    isDone: async (c) => ((await c.world.fences.exists(fenceIdOf(c.input))) ? 'not-done' : 'done'),
    do: (c) => c.world.fences.forget(fenceIdOf(c.input)),
  },
  timeouts: { doMs: 10_000, settleMs: 3_000 },
  retry: RETRY.transientOnly,
};

/** At the instant of the promotion. */
export async function isFencedOrOwed(c: Context): Promise<void> {
  if (isProven(c)) return;
  if (c.input.acceptUnproven && (await c.world.fences.exists(fenceIdOf(c.input)))) return;
  throw notProven(c.input.oldPrimary.serverName);
}

function notProven(server: string): AppError {
  return new AppError('GATE_FAILED', {
    message: `it is not proven that ${server} is down, and nobody has confirmed to know that`,
    hint: 'Open the page again: it asks for it.',
  });
}
