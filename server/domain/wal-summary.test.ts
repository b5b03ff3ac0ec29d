import { describe, expect, it } from 'vitest';
import { WalReader } from './wal-summary.ts';

const WAL = `rmgr: Heap        len (rec/tot):     63/    63, tx:        751, lsn: 0/050000D8, prev 0/050000A0, desc: INSERT off 4 flags 0x00, blkref #0: rel 1663/16384/16401 blk 0
rmgr: Btree       len (rec/tot):     64/    64, tx:        751, lsn: 0/05000118, prev 0/050000D8, desc: INSERT_LEAF off 4, blkref #0: rel 1663/16384/16404 blk 1
rmgr: Transaction len (rec/tot):     34/    34, tx:        751, lsn: 0/05000158, prev 0/05000118, desc: COMMIT 2026-11-23 04:00:00.123456 UTC
rmgr: Transaction len (rec/tot):     34/    34, tx:        752, lsn: 0/05000180, prev 0/05000158, desc: ABORT 2026-11-23 04:00:01.000000 UTC
rmgr: Standby     len (rec/tot):     50/    50, tx:          0, lsn: 0/050001A8, prev 0/05000180, desc: RUNNING_XACTS nextXid 753 latestCompletedXid 752 oldestRunningXid 753
pg_waldump: error: error in WAL record at 0/50001A8: invalid record length at 0/50001E0: wanted 24, got 0`;

const summaryOf = (...pieces: string[]) => {
  const reader = new WalReader();
  for (const piece of pieces) reader.push(piece);
  return reader.end();
};

describe('the summary of a stretch of WAL', () => {
  it('counts what was committed, not what was rolled back, and names what it touched', () => {
    expect(summaryOf(WAL)).toEqual({
      transactions: 1,
      committedBytes: 161,
      bytes: 245,
      relations: ['1663/16384/16401', '1663/16384/16404'],
      rows: [
        '0/05000158 transaction 751 committed 2026-11-23 04:00:00.123456 UTC: 161 bytes, 1663/16384/16401 1663/16384/16404',
      ],
    });
  });

  it('is the same however the text is cut into pieces', () => {
    for (const at of [1, 100, 170, 400, WAL.length - 1])
      expect(summaryOf(WAL.slice(0, at), WAL.slice(at))).toEqual(summaryOf(WAL));
  });

  it('counts what subtransactions wrote with the transaction that committed them', () => {
    const sub = WAL.replaceAll('tx:        751, lsn: 0/050000D8', 'tx:        760, lsn: 0/050000D8').replace(
      'COMMIT 2026-11-23 04:00:00.123456 UTC',
      'COMMIT 2026-11-23 04:00:00.123456 UTC; subxacts: 760',
    );
    expect(summaryOf(sub)).toMatchObject({ transactions: 1, committedBytes: 161 });
  });

  it('is empty for WAL that says nothing', () => {
    expect(summaryOf('')).toEqual({
      transactions: 0,
      committedBytes: 0,
      bytes: 0,
      relations: [],
      rows: [],
    });
  });
});
