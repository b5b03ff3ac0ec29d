import * as z from 'zod';
import { parseChange, zChangeInput } from '../change/input.ts';

/** Everything that an emergency failover will do, decided when its plan was made. */
export const zFailoverInput = zChangeInput.extend({
  /** Whether the old primary's host answered over SSH: what is known to be out of reach is not waited for. */
  oldHostReachable: z.boolean(),
  /** Whether its postmaster lived: hung, out of disk, or refusing our login. */
  oldPostgresRuns: z.boolean().default(false),
  /** The person has ticked that they know it is not proven that the old primary is down. */
  acceptUnproven: z.boolean(),
  /** What the receiver had when the person looked; it must not have advanced since. */
  receivedLsn: z.string().nullable(),
  /** Replay of the standby was paused when the person looked: it goes on before the promotion. */
  replayPaused: z.boolean().default(false),
  /** synchronous_standby_names is set on the new primary: commits would wait for the node that is gone. */
  releaseSync: z.boolean(),
  /** Loss preview as shown, kept to be compared with what was really lost. */
  loss: z.unknown(),
});
export type FailoverInput = z.infer<typeof zFailoverInput>;

export const parseFailoverInput = (raw: unknown): FailoverInput => parseChange(zFailoverInput, raw);
