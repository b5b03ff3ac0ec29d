/** A sample is answered in this time on any network that is not slow, ms. */
export const DEADLINE_MS = 800;
/** Longest time that a slow network is given for one thing, ms. */
const LONGEST_MS = 3_000;
/** Two round trips (channel, answer) and what a busy postmaster takes to fork. */
const KNOCK = { baseMs: 700, roundTrips: 3 };
/** Channel, startup, three of SCRAM, the first query, and one to spare. */
const OPEN = { baseMs: 300, roundTrips: 8 };
const NEWEST_WEIGHT = 0.2;

/**
 * How long one node may take, from what it usually takes: a deadline that suits a server across the
 * room calls one across an ocean dead, whose login needs six round trips.
 */
export class Patience {
  #usualMs: number | null = null;

  /** False = this node has never answered. */
  get known(): boolean {
    return this.#usualMs !== null;
  }

  /** Time of one answered query on a kept session, ms: one round trip. */
  seen(roundTripMs: number): void {
    this.#usualMs =
      this.#usualMs === null
        ? roundTripMs
        : this.#usualMs * (1 - NEWEST_WEIGHT) + roundTripMs * NEWEST_WEIGHT;
  }

  /** Until a new connection is answered at all. A frozen postmaster is shown within 5 s by it. */
  get knockMs(): number {
    return this.#within(KNOCK.baseMs, KNOCK);
  }

  /** Until the kept session is open. Unknown = as long as any network may take. */
  get openMs(): number {
    return this.#within(DEADLINE_MS, OPEN);
  }

  /**
   * Until a fresh login is through. It proves what a knock does not (rules, password, a free
   * connection), and none of these is a matter of one second.
   */
  get loginMs(): number {
    return LONGEST_MS;
  }

  #within(leastMs: number, need: { baseMs: number; roundTrips: number }): number {
    if (this.#usualMs === null) return LONGEST_MS;
    return Math.min(LONGEST_MS, Math.max(leastMs, need.baseMs + need.roundTrips * this.#usualMs));
  }
}
