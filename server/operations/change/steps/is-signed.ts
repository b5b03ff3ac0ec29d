import { signalPath, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeContext } from '../world.ts';

/** See container-gate-script.ts. */
const HELD_BY_GATE = 'held by the start gate';

/** A signal that a container's start gate laid for the time of a boot does not count: it is taken away again. */
export async function isSigned<I extends ChangeInput>(c: ChangeContext<I>, on: Pin): Promise<boolean> {
  const signal = await c.world[on].files.read(signalPath(c.input, on), c);
  return signal !== null && !signal.toString().startsWith(HELD_BY_GATE);
}
