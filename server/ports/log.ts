/** Structured logs. Values go through redaction, but a secret has no business in here at all. */
export interface Log {
  debug(values: Record<string, unknown>, message: string): void;
  info(values: Record<string, unknown>, message: string): void;
  warn(values: Record<string, unknown>, message: string): void;
  error(values: Record<string, unknown>, message: string): void;
  /** A log that adds these values to each line. */
  child(values: Record<string, unknown>): Log;
}
