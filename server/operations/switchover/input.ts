import * as z from 'zod';
import { parseChange, zChangeInput } from '../change/input.ts';

/** Everything that a planned switchover will do, decided when its plan was made. */
export const zSwitchoverInput = zChangeInput.extend({
  /** Writes are possible again after so long, or the change is undone; ms. */
  outageLimitMs: z.number().int().min(2_000).max(3_600_000),
  /** Synchronous pairs: whether commits wait for the old node while it restarts. */
  syncWhileAlone: z.enum(['keep', 'release']),
  maxNotReceivedBytes: z.number().int().positive(),
  maxNotReplayedBytes: z.number().int().positive(),
});
export type SwitchoverInput = z.infer<typeof zSwitchoverInput>;

export const parseSwitchoverInput = (raw: unknown): SwitchoverInput => parseChange(zSwitchoverInput, raw);
