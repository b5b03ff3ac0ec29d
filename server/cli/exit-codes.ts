/** What the exit status says; docs/command-line.md explains each, a test compares them. */
export const EXIT = {
  ok: 0,
  /** Nobody foresaw it. */
  unexpected: 1,
  /** Wrong words or values; nothing was asked of Tandem, or it names nothing that exists. */
  usage: 2,
  /** A gate, a lock or a stale view: nothing was started. */
  refused: 3,
  /** What the web page asks a person to type, tick or say is missing or wrong: nothing was started. */
  confirmation: 4,
  /** It ran and was undone or cancelled. */
  failed: 5,
  /** It ran and a person must decide. */
  attention: 6,
  /** Tandem does not answer, or does not accept the token. */
  unreachable: 7,
  /** The time to watch is over; the run goes on. */
  stillRunning: 8,
  /** Ctrl-C; a run that was started goes on. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
