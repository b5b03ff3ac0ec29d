import type { PairSample } from '#server/domain/pair-sample.ts';
import type { RollupRow } from '#server/ports/monitoring.ts';

export const RESOLUTIONS = [10, 60, 3600] as const;

class Series {
  #n = 0;
  #sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  last = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.#n += 1;
    this.#sum += value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    this.last = value;
  }

  /** Null = no tick of the bucket had a value: a gap, not a zero. */
  get(): { min: number; max: number; avg: number; last: number } | null {
    return this.#n === 0 ? null : { min: this.min, max: this.max, avg: this.#sum / this.#n, last: this.last };
  }
}

class Bucket {
  readonly startMs: number;
  samples = 0;
  readonly notReceived = new Series();
  readonly notReplayed = new Series();
  readonly seconds = new Series();
  readonly walRate = new Series();
  readonly slot = new Series();
  readonly commits = new Series();

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  add({ lag, primary }: PairSample): void {
    this.samples += 1;
    this.notReceived.add(lag.notReceivedBytes);
    this.notReplayed.add(lag.notReplayedBytes);
    this.seconds.add(lag.seconds);
    this.walRate.add(lag.walBytesPerSecond);
    this.commits.add(lag.commitsPerSecond);
    if (primary.reachable) {
      this.slot.add(primary.slots.reduce((max, s) => Math.max(max, s.retainedBytes ?? 0), 0));
    }
  }

  row(pairId: string, resolution: RollupRow['resolution']): RollupRow {
    return {
      pairId,
      resolution,
      bucketStartMs: this.startMs,
      samples: this.samples,
      notReceived: this.notReceived.get(),
      notReplayed: this.notReplayed.get(),
      replayDelay: this.seconds.get(),
      walRate: this.walRate.get(),
      slotRetainedMax: this.slot.get()?.max ?? null,
      commitsAvg: this.commits.get()?.avg ?? null,
    };
  }
}

/** Collects samples into buckets of 10 s, 1 min and 1 h; gives the ones that are over. */
export class Rollups {
  readonly #open = new Map<string, Bucket>();

  add(sample: PairSample): RollupRow[] {
    const over: RollupRow[] = [];
    for (const resolution of RESOLUTIONS) {
      const startMs = Math.floor(sample.takenAtMs / (resolution * 1_000)) * resolution * 1_000;
      const key = `${resolution} ${sample.pairId}`;
      const open = this.#open.get(key);
      if (open !== undefined && open.startMs !== startMs) over.push(open.row(sample.pairId, resolution));
      const bucket = open?.startMs === startMs ? open : new Bucket(startMs);
      this.#open.set(key, bucket);
      bucket.add(sample);
    }
    return over;
  }

  /** Open buckets as far as they are, for a worker that stops. */
  flush(): RollupRow[] {
    const rows: RollupRow[] = [];
    for (const [key, bucket] of this.#open) {
      const [resolution, ...pairId] = key.split(' ');
      const known = RESOLUTIONS.find((r) => String(r) === resolution);
      if (known !== undefined) rows.push(bucket.row(pairId.join(' '), known));
    }
    this.#open.clear();
    return rows;
  }
}
