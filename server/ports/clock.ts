/** Time as a port: tests move it by hand. */
export interface Clock {
  /** Wall clock, ms since epoch. */
  nowMs(): number;
  /** Monotonic, ms; only differences mean something. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Ids and randomness as a port. */
export interface Ids {
  /** A new unique, sortable, URL-safe id. */
  newId(): string;
  /** `bytes` of randomness as base64url text, for passwords and tokens. */
  randomText(bytes: number): string;
}
