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

interface Line {
  bytes: number;
  xid: string;
  lsn: string;
  relations: string[];
  /** Text behind COMMIT; null = it is no commit. */
  commit: string | null;
}

function parseLine(line: string): Line | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const [, manager, length = '0', xid = '0', lsn = '', what, rest = ''] = match;
  const isCommit = manager === 'Transaction' && what === 'COMMIT';
  return {
    bytes: Number(length),
    xid,
    lsn,
    relations: [...rest.matchAll(RELATION)].map((m) => m[1] ?? ''),
    commit: isCommit ? (rest.trim().split(';')[0] ?? '') : null,
  };
}

export function summariseWal(text: string): WalSummary {
  const relations = new Set<string>();
  const perTransaction = new Map<string, { bytes: number; relations: Set<string> }>();
  const rows: string[] = [];
  let [transactions, bytes] = [0, 0];
  for (const line of text.split('\n').map(parseLine)) {
    if (line === null) continue;
    bytes += line.bytes;
    for (const relation of line.relations) relations.add(relation);
    if (line.xid === '0') continue;
    const own = perTransaction.get(line.xid) ?? { bytes: 0, relations: new Set<string>() };
    own.bytes += line.bytes;
    for (const relation of line.relations) own.relations.add(relation);
    perTransaction.set(line.xid, own);
    if (line.commit === null) continue;
    transactions += 1;
    if (rows.length < MAX_ROWS) rows.push(describe(line, own));
  }
  return { transactions, bytes, relations: [...relations].sort(), rows };
}

function describe({ lsn, xid, commit }: Line, own: { bytes: number; relations: Set<string> }): string {
  const touched = [...own.relations].join(' ') || 'no relation';
  return `${lsn} transaction ${xid} committed ${commit ?? ''}: ${own.bytes} bytes, ${touched}`;
}
