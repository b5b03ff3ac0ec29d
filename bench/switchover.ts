/**
 * The write outage of a planned switchover as a client sees it: a client that commits every 5 ms, the
 * longest time between two acknowledged commits. Tandem against a hand-optimised script on the same
 * hosts; the two alternate and take turns in going first. Also counts acknowledged commits that are
 * lost (must be 0) and attempts that failed. With --pgbouncer each round has one more switchover: its
 * client writes through Debian's PgBouncer, which Tandem pauses and leads on; a statement that fails
 * there is a failed transaction (must be 0).
 * `npm run bench:switchover -- [--pairs 10] [--pgbouncer] [--json]`
 */
if (process.argv.includes('--pgbouncer')) await import('./pooled-switchover.ts');
else await import('./direct-switchover.ts');

export {};
