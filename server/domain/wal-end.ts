import { requireLsn, type Lsn } from './lsn.ts';

/** The last record that `pg_waldump` printed. */
export interface WalEnd {
  lsn: Lsn;
  isShutdownCheckpoint: boolean;
  timeline: number | null;
  /** How many were printed in all. */
  records: number;
}

const RECORD = /^rmgr: (\S+)\s.*, lsn: ([0-9A-F]+\/[0-9A-F]+), prev \S+ desc: (\S+)(.*)$/;

/** Null when no record was printed. What stands behind the last record is no record yet. */
export function readWalEnd(text: string): WalEnd | null {
  const records = text
    .split('\n')
    .map((line) => RECORD.exec(line))
    .filter((match) => match !== null);
  const last = records.at(-1);
  if (last === undefined) return null;
  const [, manager, lsn = '', what, rest = ''] = last;
  const timeline = /; tli (\d+);/.exec(rest)?.[1];
  return {
    lsn: requireLsn(lsn),
    isShutdownCheckpoint: manager === 'XLOG' && what === 'CHECKPOINT_SHUTDOWN',
    timeline: timeline === undefined ? null : Number(timeline),
    records: records.length,
  };
}
