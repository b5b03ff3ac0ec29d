import type { SlotSample } from '#server/domain/node-sample.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { signalPath, type ChangeInput } from '../change/input.ts';
import type { ChangeWorld } from '../change/world.ts';
import { observeRejoin, type RejoinObservation } from '../rejoin/look.ts';

/** One look at both nodes before the standby is detached. */
export interface DetachObservation extends RejoinObservation {
  /** synchronous_standby_names of the primary; null = it could not be asked. */
  syncNames: string | null;
  /** The pair's slot on the primary. */
  slot: SlotSample | null;
  /** Whether standby.signal lies in the standby's directory; null = it could not be asked. */
  signed: boolean | null;
}

const LOOK_MS = 8_000;

/** Never rejects for what happens on a host. */
export async function observeDetach(
  world: ChangeWorld,
  input: ChangeInput,
  signal: AbortSignal,
): Promise<DetachObservation> {
  const wait: Wait = { signal, timeoutMs: LOOK_MS };
  const { admin } = world.newPrimary;
  const name = 'synchronous_standby_names';
  const [base, settings, slots, signed] = await Promise.all([
    observeRejoin(world, input, signal),
    admin.settings([name], wait).catch(() => null),
    admin.slots(wait).catch(() => []),
    world.oldPrimary.files.stat(signalPath(input, 'oldPrimary'), wait).then(
      (found) => found !== null,
      () => null,
    ),
  ]);
  return {
    ...base,
    syncNames: settings?.get(name)?.setting ?? null,
    slot: slots.find((each) => each.name === input.slotName) ?? null,
    signed,
  };
}
