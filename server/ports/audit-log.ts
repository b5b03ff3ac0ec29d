export interface NewAuditEntry {
  actor: string;
  /** Verb and object, kebab-case: server-added, plan-approved. */
  action: string;
  /** Name of what it was done to. */
  target: string | null;
  /** Facts as shown; never a secret. */
  details: Record<string, string | number | boolean | null>;
}

/** Who did what; append-only by the database's own rule. */
export interface AuditLog {
  append(entry: NewAuditEntry): Promise<void>;
}
