/** A base backup may take a day; the limit only ends what nobody watches any more. */
export const LONGEST_BACKUP_MS = 24 * 3_600_000;

const ASSUMED_BYTES_PER_SECOND = 100 * 1024 * 1024;

/** How long a copy is expected to take, ms: a line that was measured as faster makes no disk faster. */
export function expectedBackupMs(o: {
  bytes: number;
  /** Bytes a second; null = none is set. */
  limit: number | null;
  /** Bytes a second; null = the line was not measured. */
  line: number | null;
}): number {
  const rate = Math.min(o.limit ?? ASSUMED_BYTES_PER_SECOND, o.line ?? Infinity, ASSUMED_BYTES_PER_SECOND);
  return 3_000 + Math.round((o.bytes / rate) * 1_000);
}
