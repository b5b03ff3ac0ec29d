import type { Clock } from '#server/ports/clock.ts';
import type {
  AssessmentWish,
  ChangePair,
  ChangeStore,
  StoredAssessment,
} from '#server/ports/change-store.ts';
import type { Log } from '#server/ports/log.ts';
import { toAppError } from '#server/errors/app-error.ts';

const LOOP_MS = 250;
/** While a page is open. */
const WANTED_EVERY_MS = 2_000;
/** Without anybody looking: the failover-ready state of fleet and pair page. */
const UNWANTED_EVERY_MS = 30_000;
const READ_EVERY_MS = 1_000;
/** Looks at the same time: they open shells and sessions on hosts. */
const AT_ONCE = 4;

export interface LookDeps {
  clock: Clock;
  store: ChangeStore;
  log: Log;
  /** Whether this worker looks at the pair; the same worker polls it. */
  isMine: (pairId: string) => Promise<boolean>;
  /** Takes one look; null = this kind cannot be assessed now. */
  look: (wish: AssessmentWish, pair: ChangePair, signal: AbortSignal) => Promise<StoredAssessment | null>;
  changed: (pairId: string) => void;
}

/** Looks at this worker's pairs again and again, often while a confirmation page is open. */
export async function lookAtPairs(deps: LookDeps, signal: AbortSignal): Promise<void> {
  const { clock, store, log } = deps;
  const lastMs = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  let known: { pairs: ChangePair[]; wishes: AssessmentWish[] } = { pairs: [], wishes: [] };
  let readAtMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    if (clock.monotonicMs() - readAtMs >= READ_EVERY_MS) {
      readAtMs = clock.monotonicMs();
      known = await Promise.all([store.pairs(), store.wishes()])
        .then(([pairs, wishes]) => ({ pairs, wishes }))
        .catch((error: unknown) => {
          log.warn({ err: error }, 'pairs not read');
          return known;
        });
    }
    for (const [wish, pair, everyMs] of due(known)) {
      const key = `${wish.kind} ${pair.pairId}`;
      const waited = clock.monotonicMs() - (lastMs.get(key) ?? Number.NEGATIVE_INFINITY);
      if (waited < everyMs || running.has(key) || running.size >= AT_ONCE) continue;
      if (!(await deps.isMine(pair.pairId))) continue;
      lastMs.set(key, clock.monotonicMs());
      running.set(
        key,
        lookOnce(deps, wish, pair, signal).finally(() => running.delete(key)),
      );
    }
    await clock.sleep(LOOP_MS, signal).catch(() => undefined);
  }
  await Promise.all(running.values());
}

/** What is due: wishes often, the failover-ready state of every other pair now and then. */
function due(known: {
  pairs: ChangePair[];
  wishes: AssessmentWish[];
}): [AssessmentWish, ChangePair, number][] {
  const byId = new Map(known.pairs.map((p) => [p.pairId, p]));
  const wanted = known.wishes.flatMap((wish): [AssessmentWish, ChangePair, number][] => {
    const pair = byId.get(wish.pairId);
    return pair === undefined ? [] : [[wish, pair, WANTED_EVERY_MS]];
  });
  const watched = new Set(wanted.filter(([w]) => w.kind === 'switchover').map(([w]) => w.pairId));
  const others = known.pairs
    .filter((pair) => !watched.has(pair.pairId) && pair.runningOperationId === null)
    .map((pair): [AssessmentWish, ChangePair, number] => [
      { pairId: pair.pairId, kind: 'switchover', way: null },
      pair,
      UNWANTED_EVERY_MS,
    ]);
  return [...wanted, ...others];
}

async function lookOnce(
  deps: LookDeps,
  wish: AssessmentWish,
  pair: ChangePair,
  signal: AbortSignal,
): Promise<void> {
  try {
    const found = await deps.look(wish, pair, signal);
    if (found === null) return;
    await deps.store.save(found);
    deps.changed(pair.pairId);
  } catch (thrown) {
    if (!signal.aborted)
      deps.log.warn({ err: toAppError(thrown), pairId: pair.pairId }, 'pair not looked at');
  }
}
