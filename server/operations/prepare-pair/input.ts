import * as z from 'zod';
import { parseChange } from '../change/input.ts';
import { zSetupInput } from '../setup-standby/input.ts';

/** What prepare-pair will do to a pair that replicates already: the same names as a pair that was set up. */
export const zPrepareInput = zSetupInput.extend({
  standbyHbaFile: z.string(),
  /** Recorded epoch: roles must not change between the plan and the run. */
  epoch: z.number().int(),
});
export type PrepareInput = z.infer<typeof zPrepareInput>;

export const parsePrepareInput = (raw: unknown): PrepareInput => parseChange(zPrepareInput, raw);
