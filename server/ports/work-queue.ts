/** Says "look at this operation"; who acts is decided by the operation's lease. */
export interface WakeSender {
  /** Several wishes for one operation that nobody has picked up yet are one. */
  wake(operationId: string): Promise<void>;
  stop(): Promise<void>;
}

/** The worker's side: waking and schedules. */
export interface WorkQueue extends WakeSender {
  /** The handler answers quickly; a rejected one is called again with growing pauses. */
  onWake(handler: (operationId: string) => Promise<void>): Promise<void>;
  /** Runs on one of the workers at each time of the five-field expression (UTC). */
  onSchedule(name: string, cron: string, handler: () => Promise<void>): Promise<void>;
}
