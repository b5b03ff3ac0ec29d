/** What lines of `pg_waldump` say of a stretch of WAL (PostgreSQL manual, "pg_waldump"). */
export interface WalSummary {
  /** Committed ones. */
  transactions: number;
  bytes: number;
  /** As `tablespace/database/relfilenode`, each once. */
  relations: string[];
  /** One line per committed transaction, for people. */
  rows: string[];
}

const LINE =
  /^rmgr: (\S+)\s+len \(rec\/tot\):\s+\d+\/\s*(\d+), tx:\s+(\d+), lsn: (\S+), prev \S+, desc: (\S+)(.*)$/;
const RELATION = /\brel (\d+\/\d+\/\d+)/g;
const MAX_ROWS = 1_000;

export function summariseWal(text: string): WalSummary {
  const relations = new Set<string>();
  const perTransaction = new Map<string, { bytes: number; relations: Set<string> }>();
  const rows: string[] = [];
  let [transactions, bytes] = [0, 0];
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, manager, length = '0', xid = '0', lsn = '', what, rest = ''] = match;
    bytes += Number(length);
    const touched = [...rest.matchAll(RELATION)].map((m) => m[1] ?? '');
    for (const relation of touched) relations.add(relation);
    if (xid === '0') continue;
    const own = perTransaction.get(xid) ?? { bytes: 0, relations: new Set<string>() };
    own.bytes += Number(length);
    for (const relation of touched) own.relations.add(relation);
    perTransaction.set(xid, own);
    if (manager !== 'Transaction' || what !== 'COMMIT') continue;
    transactions += 1;
    const when = rest.trim().split(';')[0] ?? '';
    if (rows.length < MAX_ROWS)
      rows.push(
        `${lsn} transaction ${xid} committed ${when}: ${own.bytes} bytes, ${[...own.relations].join(' ') || 'no relation'}`,
      );
  }
  return { transactions, bytes, relations: [...relations].sort(), rows };
}
