import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { plainLocation } from './plain-location.ts';

/** A node as inputs of operations name it; `db1` has the ids `server-db1` and `instance-db1`. */
export function nodeInput(serverName: string, address: string, location: Partial<InstanceLocation> = {}) {
  return {
    serverId: `server-${serverName}`,
    serverName,
    instanceId: `instance-${serverName}`,
    location: plainLocation(location),
    address,
    seenAs: address,
  };
}

/** A role that Tandem makes, with a salt that is the same at every run. */
export function roleInput(name: string) {
  return {
    name,
    secretId: `secret-${name}`,
    salt: Buffer.from('0123456789abcdef').toString('base64'),
  };
}
