import * as z from 'zod';
import { parseChange } from '../change/input.ts';
import { zSetupInput } from '../setup-standby/input.ts';

const both = <T extends z.ZodType>(one: T) => z.object({ primary: one, standby: one });

/** What prepare-pair will do to a pair that replicates already: the same names as a pair that was set up. */
export const zPrepareInput = zSetupInput.extend({
  standbyHbaFile: z.string(),
  /** Mistakes of a pair made by hand that are mended on the way. */
  mend: z
    .object({ settings: both(z.record(z.string(), z.string())), closeRules: both(z.boolean()) })
    .default({
      settings: { primary: {}, standby: {} },
      closeRules: { primary: false, standby: false },
    }),
  /** Recorded epoch: roles must not change between the plan and the run. */
  epoch: z.number().int(),
});
export type PrepareInput = z.infer<typeof zPrepareInput>;

export const parsePrepareInput = (raw: unknown): PrepareInput => parseChange(zPrepareInput, raw);
