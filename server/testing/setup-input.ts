import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { nodeInput, roleInput } from './input-parts.ts';
import { plainLocation } from './plain-location.ts';

/** The cluster that Debian's package makes. */
export const DEBIAN_CLUSTER = plainLocation({
  kind: 'debian',
  name: '15/main',
  dataDirectory: '/var/lib/postgresql/15/main',
  configDirectory: '/etc/postgresql/15/main',
});

/** What every operation on the pair `shop` of db1 and db2 is given. */
export const shopPair = (
  primary: Partial<InstanceLocation> = {},
  standby: Partial<InstanceLocation> = {},
) => ({
  pairId: 'pair-1',
  pairName: 'shop',
  environment: 'production',
  mode: 'asynchronous',
  majorVersion: 15,
  systemIdentifier: '7300000000000000001',
  superuser: 'postgres',
  primary: nodeInput('db1', '10.0.0.1', primary),
  standby: nodeInput('db2', '10.0.0.2', standby),
});

export const shopRoles = () => ({
  replication: roleInput('tandem_replication'),
  rewind: roleInput('tandem_rewind'),
  monitor: roleInput('tandem_monitor'),
});

/** A new standby on db2 in an empty place, with nothing to be changed on the primary. */
export const setupInput = (
  primary: Partial<InstanceLocation> = {},
  standby: Partial<InstanceLocation> = {},
) => ({
  ...shopPair(primary, standby),
  hbaFile: `${plainLocation(primary).configDirectory ?? plainLocation(primary).dataDirectory}/pg_hba.conf`,
  slotName: 'tandem_shop',
  roles: shopRoles(),
  settings: [],
  standbySettings: [],
  moveAsideTo: null,
  configAsideTo: null,
  stopTarget: false,
  backupRateLimitBytes: null,
  databaseBytes: 1024,
});

/** The same on a cluster that the package made on both hosts, whose second one is unused and runs. */
export const setupOverCluster = () => ({
  ...setupInput(DEBIAN_CLUSTER, DEBIAN_CLUSTER),
  moveAsideTo: `${DEBIAN_CLUSTER.dataDirectory}.before-tandem`,
  configAsideTo: `${DEBIAN_CLUSTER.dataDirectory}.before-tandem.configuration`,
  stopTarget: true,
});
