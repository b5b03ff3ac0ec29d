import type { ShutDoor } from '#server/domain/network-look.ts';
import type { Examined } from './examined.ts';
import { letsThrough, type WayObservation } from './observe-way.ts';

/** The way of `seen`, when something stands in it that preparing the target can open; else none. */
export function shutDoors(seen: WayObservation, examined: Examined): ShutDoor[] {
  const [from, to] = [examined[seen.from], examined[seen.to]];
  const { port } = to.location;
  if (!isShut(seen, port)) return [];
  const { serverName, serverId: peerId } = from;
  return [
    {
      ...{ from: serverName, peerId, address: seen.seenAs, port },
      ...{ serverId: to.serverId, serverName: to.serverName },
    },
  ];
}

function isShut(seen: WayObservation, port: number): boolean {
  const { dial, blockedBy, stream } = seen;
  if ('result' in dial && dial.result === 'filtered') return true;
  if (Array.isArray(blockedBy) && blockedBy.length > 0) return true;
  const listened = stream !== null && 'port' in stream && stream.port === port;
  return listened && !letsThrough(stream, port);
}
