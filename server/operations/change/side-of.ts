import type { ChangeMember } from '#server/ports/change-store.ts';

/** What an operation keeps of a server of the pair. */
export const sideOf = ({ serverId, serverName, instanceId, location, address }: ChangeMember) => ({
  serverId,
  serverName,
  instanceId,
  location,
  address,
});
