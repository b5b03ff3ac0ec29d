/**
 * SQL: the timeline of a node in recovery. Without a receiver the control file must do: its last restartpoint may be
 * minutes older than what was replayed, the end of its minimum recovery is nearer, and a promotion writes it at once
 * (PostgreSQL manual, "Control Data Functions").
 */
export const STANDBY_TIMELINE = `coalesce((SELECT received_tli FROM pg_stat_wal_receiver),
  greatest((SELECT timeline_id FROM pg_control_checkpoint()), (SELECT min_recovery_end_timeline FROM pg_control_recovery())))`;
