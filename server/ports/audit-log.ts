export interface NewAuditEntry {
  actor: string;
  /** Verb and object, kebab-case: server-added, plan-approved. */
  action: string;
  /** Name of what it was done to. */
  target: string | null;
  /** Facts as shown; never a secret. */
  details: Record<string, string | number | boolean | null>;
  /** The pair that it concerns; absent = none. */
  pairId?: string | null;
}

/** An entry of the chain. */
export interface StoredAuditEntry extends NewAuditEntry {
  /** Place in the chain, from 1, without holes. */
  id: string;
  atMs: number;
  pairId: string | null;
  /** The request that caused it, and where it came from; null = not known, or no request. */
  requestId: string | null;
  address: string | null;
  previousHash: string;
  /** The entry as the JSON text that was hashed. */
  canonical: string;
  /** SHA-256 of previousHash followed by canonical, hex. */
  hash: string;
}

/** Who did what; append-only and chained by the database's own rules. */
export interface AuditLog {
  /** Adds request and address of the request that is being answered. */
  append(entry: NewAuditEntry): Promise<void>;
}

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  /** Entries of the pair and of its runs. */
  pairId?: string | undefined;
  beforeMs?: number | undefined;
  /** Only entries that belong to no operation. */
  withoutRuns?: boolean | undefined;
}

/** Reading the chain. */
export interface AuditReader {
  /** Newest first, below the id `before`. */
  newest(filter: AuditFilter, before: string | null, limit: number): Promise<StoredAuditEntry[]>;
  /** Oldest first, above the id `after`. */
  oldest(filter: AuditFilter, after: string | null, limit: number): Promise<StoredAuditEntry[]>;
  /** What people decided about these operations, oldest first. */
  ofOperations(operationIds: readonly string[]): Promise<StoredAuditEntry[]>;
  /** Names that occur, for the filters. */
  names(): Promise<{ actors: string[]; actions: string[] }>;
}
