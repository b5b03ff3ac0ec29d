import { expect, it } from 'vitest';
import type { StoredAuditEntry } from '#server/ports/audit-log.ts';
import { exportAudit, type ExportFormat } from './audit-export.ts';

const entry = (target: string | null): StoredAuditEntry => ({
  id: '1',
  atMs: 1_800_000_000_000,
  actor: 'Ada',
  action: 'server-added',
  target,
  details: { port: 22 },
  pairId: null,
  requestId: 'r1',
  address: '::1',
  previousHash: '0',
  canonical: '{"id": 1}',
  hash: 'f',
});

async function* each(entries: StoredAuditEntry[]) {
  yield* entries;
}

async function text(entries: StoredAuditEntry[], format: ExportFormat): Promise<string> {
  let all = '';
  for await (const part of exportAudit(each(entries), format)) all += part;
  return all;
}

it('writes JSON that can be read back, also when there is nothing', async () => {
  expect(JSON.parse(await text([], 'json'))).toEqual([]);
  expect(JSON.parse(await text([entry('a'), entry('b')], 'json'))).toMatchObject([
    { target: 'a', at: '2027-01-15T08:00:00.000Z', canonical: '{"id": 1}' },
    { target: 'b' },
  ]);
});

it.each([
  ['=cmd()', "'=cmd()"],
  ['-1+2', "'-1+2"],
  ['a,b', '"a,b"'],
  ['say "x"\nnow', '"say ""x""\nnow"'],
  [null, ''],
])('writes %j as a cell that no spreadsheet runs or splits', async (target, cell) => {
  const [, row] = (await text([entry(target)], 'csv')).split('\r\n');
  expect(row).toContain(`,server-added,${cell},`);
});
