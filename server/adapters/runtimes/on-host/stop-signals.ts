import type { StopMode, Wait } from '#server/ports/postgres-runtime.ts';

/** As pg_ctl's modes (PostgreSQL manual, "Shutting Down the Server"); KILL is the last resort. */
export const STOP_SIGNALS = { fast: 'INT', immediate: 'QUIT', kill: 'KILL' } as const satisfies Record<
  StopMode,
  string
>;
/** What remains of a deadline for the answer to arrive, ms. */
const ANSWER_MS = 500;

/** How long a stop script waits, ms: it answers before its channel's deadline, a lost answer would be an unknown outcome. */
export function stopWaitMs(o: Wait): string {
  return String(Math.max(100, o.timeoutMs - ANSWER_MS));
}
