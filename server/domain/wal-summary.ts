/** What lines of `pg_waldump` say of a stretch of WAL (PostgreSQL manual, "pg_waldump"). */
export interface WalSummary {
  /** Committed ones. */
  transactions: number;
  /** Of committed transactions. */
  committedBytes: number;
  /** Of every record, with what was rolled back and the server's own. */
  bytes: number;
  /** That committed transactions touched, as `tablespace/database/relfilenode`, each once. */
  relations: string[];
  /** One line per committed transaction, for people. */
  rows: string[];
}

const LINE =
  /^rmgr: (\S+)\s+len \(rec\/tot\):\s+\d+\/\s*(\d+), tx:\s+(\d+), lsn: (\S+), prev \S+ desc: (\S+)(.*)$/;
const RELATION = /\brel (\d+\/\d+\/\d+)/g;
const SUBTRANSACTIONS = /; subxacts: ([\d ]+)/;
const MAX_ROWS = 1_000;
const MAX_LINE = 64 * 1024;

interface Line {
  bytes: number;
  xid: string;
  lsn: string;
  relations: string[];
  /** Text behind COMMIT; null = it is no commit. */
  commit: string | null;
  ends: boolean;
}

interface Transaction {
  bytes: number;
  relations: Set<string>;
}

function parseLine(line: string): Line | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const [, manager, length = '0', xid = '0', lsn = '', what = '', rest = ''] = match;
  const isTransaction = manager === 'Transaction';
  const isCommit = isTransaction && /^COMMIT(_PREPARED)?$/.test(what);
  return {
    bytes: Number(length),
    xid,
    lsn,
    relations: [...rest.matchAll(RELATION)].map((m) => m[1] ?? ''),
    commit: isCommit ? rest.trim() : null,
    ends: isCommit || (isTransaction && /^ABORT(_PREPARED)?$/.test(what)),
  };
}

/** Reads what pg_waldump prints, piece by piece: a long stretch never lies in memory as a whole. */
export class WalReader {
  readonly #open = new Map<string, Transaction>();
  readonly #relations = new Set<string>();
  readonly #rows: string[] = [];
  #transactions = 0;
  #committedBytes = 0;
  #bytes = 0;
  #rest = '';

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) this.#take(parseLine(line));
  }

  end(): WalSummary {
    this.push('\n');
    return {
      transactions: this.#transactions,
      committedBytes: this.#committedBytes,
      bytes: this.#bytes,
      relations: [...this.#relations].sort(),
      rows: this.#rows,
    };
  }

  #take(line: Line | null): void {
    if (line === null) return;
    this.#bytes += line.bytes;
    if (line.xid === '0') return;
    const own = this.#open.get(line.xid) ?? { bytes: 0, relations: new Set<string>() };
    own.bytes += line.bytes;
    for (const relation of line.relations) own.relations.add(relation);
    this.#open.set(line.xid, own);
    if (line.commit !== null) this.#commit(line, line.commit, own);
    if (line.ends) this.#open.delete(line.xid);
  }

  #commit(line: Line, text: string, own: Transaction): void {
    for (const xid of SUBTRANSACTIONS.exec(text)?.[1]?.trim().split(/\s+/) ?? []) {
      const part = this.#open.get(xid);
      if (part === undefined) continue;
      own.bytes += part.bytes;
      for (const relation of part.relations) own.relations.add(relation);
      this.#open.delete(xid);
    }
    this.#transactions += 1;
    this.#committedBytes += own.bytes;
    for (const relation of own.relations) this.#relations.add(relation);
    if (this.#rows.length < MAX_ROWS) this.#rows.push(describe(line, text, own));
  }
}

function describe({ lsn, xid }: Line, commit: string, own: Transaction): string {
  const touched = [...own.relations].join(' ') || 'no relation';
  return `${lsn} transaction ${xid} committed ${commit.split(';')[0] ?? ''}: ${own.bytes} bytes, ${touched}`;
}
