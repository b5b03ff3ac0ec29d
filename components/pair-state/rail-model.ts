import { bytesBetween, formatLsn, parseLsn, type Lsn } from '#server/domain/lsn.ts';
import type { NodeSample, ReachableNodeSample, WalSenderSample } from '#server/domain/node-sample.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';

export const RAIL_MARKERS = [
  'insert',
  'write',
  'flush',
  'sent',
  'written',
  'received',
  'replay',
  'slot',
] as const;
export type RailMarkerKey = (typeof RAIL_MARKERS)[number];

export interface RailMarker {
  key: RailMarkerKey;
  track: 'primary' | 'standby';
  lsn: string;
  /** Bytes behind the reference; never negative, since the nodes are looked at at different instants. */
  behind: number;
}

export interface RailModel {
  /** Primary's newest known position, or what the standby last heard of it; null = nothing known. */
  reference: string | null;
  /** The primary's positions are not from this sample. */
  primaryLastSeenAtMs: number | null;
  standbyReachable: boolean;
  markers: RailMarker[];
  timelines: { primary: number | null; standby: number | null };
  /** Distances are exact to what was written between the two looks. */
  uncertain: boolean;
}

const UNCERTAIN_SKEW_MS = 100;

const reachable = (node: NodeSample): ReachableNodeSample | null => (node.reachable ? node : null);

/** The sender that feeds the standby: the one that is farthest, as there is one standby per pair. */
function senderOf(primary: ReachableNodeSample | null): WalSenderSample | null {
  const position = (sender: WalSenderSample) => parseLsn(sender.sentLsn ?? '') ?? -1n;
  return (primary?.senders ?? []).reduce<WalSenderSample | null>(
    (best, sender) => (best === null || position(sender) > position(best) ? sender : best),
    null,
  );
}

function oldestSlotLsn(primary: ReachableNodeSample | null): string | null {
  const positions = (primary?.slots ?? [])
    .map((slot) => parseLsn(slot.restartLsn ?? ''))
    .filter((lsn) => lsn !== null);
  const oldest = positions.toSorted((a, b) => (a < b ? -1 : 1)).at(0);
  return oldest === undefined ? null : formatLsn(oldest);
}

/**
 * Where everything stands on the rail. `lastPrimary` is the primary's last answer, used while it
 * does not answer, so that the rail survives its loss.
 */
export function railModel(sample: PairSample, lastPrimary: ReachableNodeSample | null): RailModel {
  const primaryNow = reachable(sample.primary);
  const primary = primaryNow ?? lastPrimary;
  const standby = reachable(sample.standby);
  const heard = primary === null ? [standby?.receiver?.latestEndLsn, standby?.receiveLsn] : [];
  const reference = newest([primary?.insertLsn, primary?.flushLsn, ...heard]);
  const positions = [...primaryPositions(primary), ...standbyPositions(standby, senderOf(primaryNow))];
  const markers = positions.flatMap(([key, track, text]): RailMarker[] => {
    const lsn = parseLsn(text ?? '');
    if (lsn === null || reference === null) return [];
    return [{ key, track, lsn: formatLsn(lsn), behind: Math.max(0, bytesBetween(lsn, reference)) }];
  });
  return {
    reference: reference === null ? null : formatLsn(reference),
    primaryLastSeenAtMs: primaryNow === null ? (lastPrimary?.takenAtMs ?? null) : null,
    standbyReachable: standby !== null,
    markers,
    timelines: { primary: primary?.timeline ?? null, standby: standby?.timeline ?? null },
    uncertain: (sample.lag.skewMs ?? 0) > UNCERTAIN_SKEW_MS,
  };
}

type Position = [key: RailMarkerKey, track: RailMarker['track'], lsn: string | null | undefined];

function primaryPositions(primary: ReachableNodeSample | null): Position[] {
  return [
    ['insert', 'primary', primary?.insertLsn],
    ['write', 'primary', primary?.writeLsn],
    ['flush', 'primary', primary?.flushLsn],
    ['slot', 'primary', oldestSlotLsn(primary)],
  ];
}

/** The standby's own word counts before what the primary believes of it. */
function standbyPositions(standby: ReachableNodeSample | null, sender: WalSenderSample | null): Position[] {
  return [
    ['sent', 'standby', sender?.sentLsn],
    ['written', 'standby', sender?.writeLsn],
    ['received', 'standby', standby?.receiveLsn ?? sender?.flushLsn],
    ['replay', 'standby', standby?.replayLsn ?? sender?.replayLsn],
  ];
}

function newest(texts: readonly (string | null | undefined)[]): Lsn | null {
  return texts
    .map((text) => parseLsn(text ?? ''))
    .reduce<Lsn | null>((best, lsn) => (lsn !== null && (best === null || lsn > best) ? lsn : best), null);
}

/** How far behind a marker is; null when its position is not known. */
export function behindOf(model: RailModel, key: RailMarkerKey): number | null {
  return model.markers.find((marker) => marker.key === key)?.behind ?? null;
}
