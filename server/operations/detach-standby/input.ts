import * as z from 'zod';
import { parseChange, zChangeInput } from '../change/input.ts';

/**
 * `oldPrimary` is the standby that stops following and `newPrimary` the primary that stays: the same pins
 * as in a rejoin, which attaches it again.
 */
export const zDetachInput = zChangeInput.extend({
  /** synchronous_standby_names in force; null = commits wait for nobody. */
  syncNames: z.string().nullable(),
  /** Whether the standby's host answered: what is out of reach is neither stopped nor waited for. */
  standbyReachable: z.boolean(),
});
export type DetachInput = z.infer<typeof zDetachInput>;

/** Parses stored input; throws INVALID_INPUT that names the field. */
export const parseDetachInput = (raw: unknown): DetachInput => parseChange(zDetachInput, raw);
