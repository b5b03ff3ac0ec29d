import { REJOIN_WAYS, type Assessment, type WayOption, type RejoinWay } from '#server/domain/assessment.ts';
import { detachmentLabel, type Detachment } from '#server/domain/detachment.ts';
import { bytesBetween, requireLsn } from '#server/domain/lsn.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import type { ChangeInput } from '../change/input.ts';
import { changeInputOf } from '../change/change-input-of.ts';
import { assessed } from '../change/assessed.ts';
import { ANOTHER_WORKS, refused } from '../change/blank-assessment.ts';
import { feasibility, REJOIN_GATES } from './gates.ts';
import type { RejoinInput } from './input.ts';
import { observeRejoin, type RejoinObservation } from './look.ts';
import { rejoin } from './rejoin.ts';
import type { RejoinWorld } from './world.ts';

const BYTES_PER_SECOND = 100 * 1024 * 1024;
const START_MS = 4_000;
const REWIND_MS = 10_000;

/** The old primary is recorded as the standby now: the pins are those of the change that parted them. */
export function rejoinBaseOf(pair: ChangePair): ChangeInput | null {
  const base = changeInputOf(pair);
  return base === null ? null : { ...base, oldPrimary: pair.standby, newPrimary: pair.primary };
}

function optionsOf(o: RejoinObservation): (WayOption & { way: RejoinWay })[] {
  const since =
    o.next === null || o.relation === null || !('fork' in o.relation) || o.relation.fork === null
      ? null
      : Math.max(0, bytesBetween(requireLsn(o.relation.fork.lsn), o.next.position.lsn));
  const size = o.next?.databaseBytes ?? null;
  const time = (bytes: number | null, base: number): number | null =>
    bytes === null ? null : base + Math.round((bytes / BYTES_PER_SECOND) * 1_000);
  const rows = {
    start: { bytes: since, expectedMs: time(since, START_MS) },
    rewind: { bytes: since, expectedMs: time(since, REWIND_MS) },
    rebuild: { bytes: size, expectedMs: time(size, REWIND_MS) },
  };
  return REJOIN_WAYS.map((way) => ({ way, ...rows[way], ...feasibility(o, way) }));
}

/** The cheapest safe way first; a person may take another one that is possible. */
function chooseWay(
  options: readonly (WayOption & { way: RejoinWay })[],
  wanted: RejoinWay | null,
): RejoinWay {
  const feasible = options.filter((w) => w.feasible).map((w) => w.way);
  if (wanted !== null && feasible.includes(wanted)) return wanted;
  return feasible[0] ?? 'rebuild';
}

/** Looks at both nodes and says by which ways the old primary can come back. */
export async function assessRejoin(o: {
  world: RejoinWorld;
  pair: ChangePair;
  /** `attach` when a person had detached it. */
  kind: 'rejoin' | 'attach';
  way: RejoinWay | null;
  ids: Ids;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair } = o;
  const frame = {
    ids: o.ids,
    pair,
    kind: o.kind,
    oldPrimary: pair.standby,
    newPrimary: pair.primary,
  };
  const base = rejoinBaseOf(pair);
  const refusal = refusalOf(pair, base, o.kind);
  if (base === null || refusal !== null)
    return refused({ ...frame, takenAtMs: world.clock.nowMs() }, refusal ?? NOT_PREPARED);
  const observation = await observeRejoin(world, base, o.signal);
  const takenAtMs = world.clock.nowMs();
  const ways = optionsOf(observation);
  const chosenWay = chooseWay(ways, o.way);
  const input = inputOf(base, observation, chosenWay, pair.detached);
  const gates = REJOIN_GATES.flatMap((g) => g(observation, input));
  const networkBytes = ways.find((w) => w.way === chosenWay)?.bytes ?? null;
  return assessed(
    { ...frame, takenAtMs },
    { operation: rejoin, world, input, gates, networkBytes },
    { ways, chosenWay, confirmation: demandOf(pair, chosenWay, input.diverged) },
  );
}

const NOT_PREPARED = text(
  'Tandem does not know the replication role, rewind role or slot of this pair.',
  'Tandem kennt Replikationsrolle, Rewind-Rolle oder Slot dieses Paars nicht.',
);

const NOT_DETACHED = text(
  'The standby of this pair was not detached.',
  'Der Standby-Server dieses Paars wurde nicht abgehängt.',
);

function refusalOf(pair: ChangePair, base: ChangeInput | null, kind: 'rejoin' | 'attach'): Text | null {
  if (base === null) return NOT_PREPARED;
  if (kind === 'attach' && pair.detached === null) return NOT_DETACHED;
  if (pair.runningOperationId !== null) return ANOTHER_WORKS;
  return null;
}

function inputOf(
  base: ChangeInput,
  o: RejoinObservation,
  way: RejoinWay,
  detached: Detachment | null,
): RejoinInput {
  // A pair may be parted more than once in an epoch; what one way back kept is never another's.
  const label = detached === null ? String(base.epoch) : `${base.epoch}-${detachmentLabel(detached)}`;
  const directory = base.oldPrimary.location.dataDirectory;
  const { relation } = o;
  return {
    ...base,
    way,
    fork: relation === null || relation.kind === 'unrelated' ? null : relation.fork,
    diverged: relation?.kind !== 'behind',
    walSegmentBytes: o.old?.control?.walSegmentBytes ?? 16 * 1024 ** 2,
    keptIn: `${directory}.tandem-kept-${label}`,
    buildIn: `${directory}.tandem-new-${label}`,
    asideTo: `${directory}.tandem-old-${label}`,
    databaseBytes: o.next?.databaseBytes ?? 0,
    label,
    detached: detached === null ? null : { syncNames: detached.syncNames },
  };
}

/** The host whose files are overwritten is the one to type. */
function demandOf(pair: ChangePair, way: RejoinWay, diverged: boolean): Assessment['confirmation'] {
  const { serverName } = pair.standby;
  const ticks: Assessment['confirmation']['ticks'] = [];
  if (way !== 'start' && diverged)
    ticks.push({
      code: 'discard-diverged',
      text: text(
        `What ${serverName} wrote and ${pair.primary.serverName} never saw is not in the database afterwards. It is kept aside as files.`,
        `Was ${serverName} geschrieben und ${pair.primary.serverName} nie gesehen hat, ist danach nicht in der Datenbank. Es bleibt als Dateien aufgehoben.`,
      ),
    });
  const word = way === 'start' ? null : { text: serverName, of: 'old-primary' as const };
  return { word, ticks, reasonRequired: false };
}
