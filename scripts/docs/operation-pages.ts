import { adoptPair } from '#server/operations/adopt-pair/adopt-pair.ts';
import { parseAdoptInput } from '#server/operations/adopt-pair/input.ts';
import { parseSetupInput } from '#server/operations/setup-standby/input.ts';
import { setupStandby } from '#server/operations/setup-standby/setup-standby.ts';
import { renderOperation } from './render-operation.ts';

const node = (serverName: string, address: string) => ({
  serverId: serverName,
  serverName,
  instanceId: serverName,
  location: {
    kind: 'plain',
    dataDirectory: '/srv/postgres/data',
    binDirectory: '/usr/lib/postgresql/15/bin',
    osOwner: 'postgres',
    port: 5432,
    socketDirectory: '/tmp',
  },
  address,
  seenAs: address,
});
const role = (name: string) => ({ name, secretId: '', salt: '' });
const common = {
  pairId: 'shop',
  pairName: 'shop',
  environment: 'production',
  majorVersion: 15,
  systemIdentifier: '7300000000000000001',
  superuser: 'postgres',
  primary: node('db1', '10.0.0.1'),
  standby: node('db2', '10.0.0.2'),
};

const setupExample = parseSetupInput({
  ...common,
  mode: 'synchronous',
  hbaFile: '/srv/postgres/data/pg_hba.conf',
  slotName: 'tandem_shop',
  roles: {
    replication: role('tandem_replication'),
    rewind: role('tandem_rewind'),
    monitor: role('tandem_monitor'),
  },
  settings: [{ name: 'wal_log_hints', from: 'off', to: 'on', restart: true }],
  standbySettings: [],
  moveAsideTo: '/srv/postgres/data.before-tandem',
  backupRateLimitBytes: null,
  databaseBytes: 200 * 1024 ** 2,
});

const adoptExample = parseAdoptInput({
  ...common,
  mode: 'asynchronous',
  hbaFiles: { primary: '/srv/postgres/data/pg_hba.conf', standby: '/srv/postgres/data/pg_hba.conf' },
  slotName: null,
  senderName: 'walreceiver',
  monitor: role('tandem_monitor'),
  monitorGiven: false,
});

/** All generated pages by file name under docs/operations. */
export function operationPages(): Map<string, string> {
  return new Map([
    ['setup-standby.md', renderOperation(setupStandby, setupExample)],
    ['adopt-pair.md', renderOperation(adoptPair, adoptExample)],
  ]);
}
