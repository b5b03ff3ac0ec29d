import { describe, expect, it } from 'vitest';
import { readAutoConfBytes, restoreAutoConf, withAutoConfBytes } from './auto-conf-bytes.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const before = latin1("# f\u00fcr die Anwendung\nwork_mem = '8MB'\nwal_keep_size = '64'\n");
const ours = new Map([
  ['wal_level', 'replica'],
  ['wal_keep_size', '512'],
]);
const after = withAutoConfBytes(before, ours);

describe('bytes of postgresql.auto.conf', () => {
  it('keeps bytes that are no UTF-8, and writes our values as UTF-8', () => {
    const written = withAutoConfBytes(before, new Map([['primary_conninfo', 'application_name=pr\u00fcf']]));
    expect(written.subarray(0, 23)).toEqual(before.subarray(0, 23));
    expect(written.includes(Buffer.from('pr\u00fcf', 'utf8'))).toBe(true);
    expect(readAutoConfBytes(written).get('primary_conninfo')).toBe('application_name=pr\u00fcf');
  });

  it('undoes to the remembered bytes when nobody else changed the file', () => {
    expect(restoreAutoConf(after, before, ours)).toEqual(before);
  });

  it('undoes to the remembered bytes from any part of our change', () => {
    const half = withAutoConfBytes(before, new Map([['wal_level', 'replica']]));
    expect(restoreAutoConf(half, before, ours)).toEqual(before);
    expect(restoreAutoConf(before, before, ours)).toEqual(before);
  });

  it('keeps what somebody else added, changed or removed meanwhile', () => {
    const added = withAutoConfBytes(after, new Map([['shared_buffers', '1GB']]));
    expect(readAutoConfBytes(restoreAutoConf(added, before, ours))).toEqual(
      new Map([
        ['work_mem', '8MB'],
        ['shared_buffers', '1GB'],
        ['wal_keep_size', '64'],
      ]),
    );
    const changed = withAutoConfBytes(after, new Map([['work_mem', '16MB']]));
    expect(readAutoConfBytes(restoreAutoConf(changed, before, ours)).get('work_mem')).toBe('16MB');
    const removed = latin1(after.toString('latin1').replace("work_mem = '8MB'\n", ''));
    expect(readAutoConfBytes(restoreAutoConf(removed, before, ours))).toEqual(
      new Map([['wal_keep_size', '64']]),
    );
  });

  it('keeps the value that somebody else gave to one of our settings', () => {
    const changed = withAutoConfBytes(after, new Map([['wal_keep_size', '1024']]));
    const undone = readAutoConfBytes(restoreAutoConf(changed, before, ours));
    expect(undone.get('wal_keep_size')).toBe('1024');
    expect(undone.has('wal_level')).toBe(false);
  });

  it('changes nothing more when it is done twice', () => {
    for (const extra of [new Map([['shared_buffers', '1GB']]), new Map([['wal_keep_size', '1024']])]) {
      const once = restoreAutoConf(withAutoConfBytes(after, extra), before, ours);
      expect(restoreAutoConf(once, before, ours)).toEqual(once);
    }
  });
});
