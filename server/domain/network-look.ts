import type { GateResult, Text } from './plan.ts';

/** What a stream between two servers carries at most, each way. */
export const STREAM_BYTES = 32 * 1024 ** 2;

/** Lines change with the hour: what was measured longer ago than this says nothing about now. */
export const NETWORK_FRESH_MS = 3_600_000;

/** Whether a look of that instant still counts. */
export function isFreshLook(takenAtMs: number, nowMs: number): boolean {
  return nowMs - takenAtMs < NETWORK_FRESH_MS;
}

/** A way that is shut, so that its target can be prepared for exactly this connection. */
export interface ShutDoor {
  /** Name of the server from which it was tried: the one that the findings name. */
  from: string;
  peerId: string;
  /** As which address the target sees it; null = not known. */
  address: string | null;
  serverId: string;
  serverName: string;
  port: number;
}

/** What was found of the network between two servers. */
export interface NetworkLook {
  gates: GateResult[];
  doors: ShutDoor[];
  /** What only the set-up can show; empty for a pair. */
  later: Text[];
  /** Of the line that the copy takes; null = not measured. */
  bytesPerSecond: number | null;
  takenAtMs: number;
}
