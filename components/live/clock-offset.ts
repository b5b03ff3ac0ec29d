/**
 * How far the browser's clock is ahead of the server's, ms. Ages of samples are computed with it,
 * so that a browser whose clock is wrong neither calls old values live nor live values stale.
 *
 * Every arrival is late by its way through the network, so the smallest (arrival − sent) of the
 * last arrivals is the best guess. Ticks that a server replays after a reconnect were sent long
 * ago and would make everything look fresh; the `Date` of HTTP answers bounds that error.
 */
export class ClockOffset {
  readonly #ticks: number[] = [];
  #httpMs: number | null = null;

  static readonly #WINDOW = 60;
  /** `Date` has whole seconds and the answer took its way: beyond this a tick was a replay. */
  static readonly #HTTP_ERROR_MS = 1_500;

  /** A tick sent at `sentAtMs` (server clock) arrived at `arrivedAtMs` (browser clock). */
  tick(sentAtMs: number, arrivedAtMs: number): void {
    this.#ticks.push(arrivedAtMs - sentAtMs);
    if (this.#ticks.length > ClockOffset.#WINDOW) this.#ticks.shift();
  }

  /** An HTTP answer that carried `dateMs` arrived; slow answers tell nothing and are ignored. */
  http(dateMs: number, askedAtMs: number, arrivedAtMs: number): void {
    if (Number.isNaN(dateMs) || arrivedAtMs - askedAtMs > ClockOffset.#HTTP_ERROR_MS) return;
    this.#httpMs = (askedAtMs + arrivedAtMs) / 2 - (dateMs + 500);
  }

  /** Browser clock minus server clock; 0 before anything arrived. */
  get ms(): number {
    const tick = this.#ticks.length === 0 ? null : Math.min(...this.#ticks);
    if (tick === null) return this.#httpMs ?? 0;
    if (this.#httpMs === null) return tick;
    return Math.min(tick, this.#httpMs + ClockOffset.#HTTP_ERROR_MS);
  }
}
