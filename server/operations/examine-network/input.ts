import * as z from 'zod';
import { parseChange } from '../change/input.ts';
import { zNode } from '../setup-standby/input.ts';

export const zExamineNetwork = z.object({
  pairId: z.string(),
  pairName: z.string(),
  synchronous: z.boolean(),
  primary: zNode.omit({ seenAs: true }),
  standby: zNode.omit({ seenAs: true }),
  /** Null = replication was set up by somebody else: then its roles are not known. */
  replicationRole: z.string().nullable(),
  rewindRole: z.string().nullable(),
  /** Bytes a second of the last hour, as it was watched; null = not watched. */
  wal: z.object({ average: z.number(), peak: z.number() }).nullable(),
});
export type ExamineNetworkInput = z.infer<typeof zExamineNetwork>;

/** Parses stored input; throws INVALID_INPUT that names the field. */
export const parseExamineNetwork = (raw: unknown): ExamineNetworkInput => parseChange(zExamineNetwork, raw);
