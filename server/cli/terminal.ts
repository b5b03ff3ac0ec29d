/** The person or program that called the command. */
export interface Terminal {
  /** A line on standard output: what was asked for. */
  out(line: string): void;
  /** A line on standard error: what goes on meanwhile. */
  err(line: string): void;
  /** True = a person sits there who can be asked. */
  interactive: boolean;
  /** One line of input; `hidden` does not echo it. Null = the input has ended. */
  ask(question: string, hidden: boolean): Promise<string | null>;
  nowMs(): number;
  /** Rejects when `stopped` aborts. */
  sleep(ms: number): Promise<void>;
  /** Aborts with Ctrl-C. */
  stopped: AbortSignal;
  newKey(): string;
}
