import * as z from 'zod';
import { REJOIN_WAYS } from '#server/domain/assessment.ts';
import { parseChange, zChangeInput } from '../change/input.ts';

/**
 * Everything that a rejoin will do. `oldPrimary` comes back, `newPrimary` is the primary: the same
 * pins as in the change that parted them.
 */
export const zRejoinInput = zChangeInput.extend({
  way: z.enum(REJOIN_WAYS),
  /** Where the two histories part, and on which timeline the old node was; null = it lies on the same one. */
  fork: z.object({ timeline: z.number().int(), lsn: z.string() }).nullable(),
  /** The old node has written beyond the fork, or nobody can tell. */
  diverged: z.boolean(),
  walSegmentBytes: z.number().int().positive(),
  /** What diverged, our own files and the slots' names are kept here; never removed. */
  keptIn: z.string(),
  /** A new base backup grows here, beside the old directory (rebuild). */
  buildIn: z.string(),
  /** Where the old directory goes when the new one takes its place (rebuild). */
  asideTo: z.string(),
  databaseBytes: z.number().nonnegative(),
  /** Tells jobs and directories of this way back from those of others in the same epoch. */
  label: z.string().nullable().default(null),
  /** The standby was detached by a person; what commits waited for before, null = nobody. */
  detached: z.object({ syncNames: z.string().nullable() }).nullable().default(null),
});
export type RejoinInput = z.infer<typeof zRejoinInput>;

export const parseRejoinInput = (raw: unknown): RejoinInput => parseChange(zRejoinInput, raw);

/** One word for this way back, in names of jobs and directories. */
export const labelOf = (input: Pick<RejoinInput, 'label' | 'epoch'>): string =>
  input.label ?? String(input.epoch);

/** Whom commits on the primary wait for at the end; null = nobody. */
export function syncNamesAfter(input: RejoinInput): string | null {
  if (input.detached !== null) return input.detached.syncNames;
  return input.mode === 'synchronous' ? `"${input.slotName}"` : null;
}

export const dataDirectoryOf = (input: RejoinInput): string => input.oldPrimary.location.dataDirectory;
