import { describe, expect, it } from 'vitest';
import { formatLsn } from './lsn.ts';
import { readWalEnd } from './wal-end.ts';

const COMMIT =
  'rmgr: Transaction len (rec/tot):     46/    46, tx:        724, lsn: 0/01516818, prev 0/015167D8, desc: COMMIT 2026-11-23 06:48:39.269888 UTC';
const SHUTDOWN =
  'rmgr: XLOG        len (rec/tot):    114/   114, tx:          0, lsn: 0/015169B0, prev 0/01516818, desc: CHECKPOINT_SHUTDOWN redo 0/15169B0; tli 3; prev tli 3; fpw true; xid 0:725; oldest running xid 0; shutdown';

describe('readWalEnd', () => {
  it('recognises a shutdown checkpoint at the end', () => {
    const end = readWalEnd(`first record is after 0/15148D0\n${COMMIT}\n${SHUTDOWN}\n`);
    expect(end).toMatchObject({ isShutdownCheckpoint: true, timeline: 3 });
    expect(end === null ? '' : formatLsn(end.lsn)).toBe('0/15169B0');
  });

  it('takes no shutdown checkpoint for the end when something follows it', () => {
    expect(readWalEnd(`${SHUTDOWN}\n${COMMIT}\n`)).toMatchObject({ isShutdownCheckpoint: false });
  });

  it('takes no word in a message of an application for a checkpoint', () => {
    const line = COMMIT.replace('COMMIT', 'MESSAGE desc: CHECKPOINT_SHUTDOWN').replace(
      'Transaction',
      'LogicalMessage',
    );
    expect(readWalEnd(line)).toMatchObject({ isShutdownCheckpoint: false });
  });

  it('answers null when there is no record', () => {
    expect(readWalEnd('pg_waldump: error: could not find a valid record after 0/1520000')).toBeNull();
  });
});
