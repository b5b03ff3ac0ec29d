export interface PrimaryOptions {
  /** Name of the instance on its host; default `shop`. */
  name?: string;
  port?: number;
  /** Size of the practice shop; 0 = the server is empty. */
  shopDatabaseMb?: number;
  /** More lines for postgresql.conf; they win over the lab's. */
  settings?: Readonly<Record<string, string>>;
  /** Practice data needs no durability; switch on for ledger tests and benchmarks. */
  fsync?: boolean;
  dataChecksums?: boolean;
}
