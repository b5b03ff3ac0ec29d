import { packageSourceOf } from '#server/domain/package-source.ts';
import { adoptPair } from '#server/operations/adopt-pair/adopt-pair.ts';
import { parseAdoptInput } from '#server/operations/adopt-pair/input.ts';
import { checkHooks } from '#server/operations/check-hooks/check-hooks.ts';
import { detachStandby } from '#server/operations/detach-standby/detach-standby.ts';
import { parseDetachInput } from '#server/operations/detach-standby/input.ts';
import { parseOpenInput } from '#server/operations/open-primary/input.ts';
import { openPrimary } from '#server/operations/open-primary/open-primary.ts';
import { parseReplayInput } from '#server/operations/set-replay/input.ts';
import { setReplay } from '#server/operations/set-replay/set-replay.ts';
import { encryptReplication } from '#server/operations/encrypt-replication/encrypt-replication.ts';
import { parseEncryptInput } from '#server/operations/encrypt-replication/input.ts';
import { endSessions } from '#server/operations/end-sessions/end-sessions.ts';
import { failover } from '#server/operations/failover/failover.ts';
import { parseFailoverInput } from '#server/operations/failover/input.ts';
import { fenceNode } from '#server/operations/fence-node/fence-node.ts';
import { fenceInputOf } from '#server/operations/fence-node/input.ts';
import { parsePrepareInput } from '#server/operations/prepare-pair/input.ts';
import { preparePair } from '#server/operations/prepare-pair/prepare-pair.ts';
import { rehearse } from '#server/operations/rehearse/rehearse.ts';
import { parseRejoinInput } from '#server/operations/rejoin/input.ts';
import { rejoin } from '#server/operations/rejoin/rejoin.ts';
import { parseSwitchoverInput } from '#server/operations/switchover/input.ts';
import { switchover } from '#server/operations/switchover/switchover.ts';
import { parseSetupInput } from '#server/operations/setup-standby/input.ts';
import { dropSlot } from '#server/operations/drop-slot/drop-slot.ts';
import { parseRemoveInput } from '#server/operations/remove-pair/input.ts';
import { removePair } from '#server/operations/remove-pair/remove-pair.ts';
import { makeContainer } from '#server/operations/make-container/make-container.ts';
import { prepareHost } from '#server/operations/prepare-host/prepare-host.ts';
import { removeServer } from '#server/operations/remove-server/remove-server.ts';
import { parseGateInput } from '#server/operations/start-gate/input.ts';
import { placeStartGate } from '#server/operations/start-gate/start-gate.ts';
import { setupStandby } from '#server/operations/setup-standby/setup-standby.ts';
import { parseReleaseInput } from '#server/operations/release-settings/input.ts';
import { releaseSettings } from '#server/operations/release-settings/release-settings.ts';
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

const makeContainerExample = makeContainer.parseInput({
  from: { serverId: 'db1', serverName: 'db1' },
  to: { serverId: 'db2', serverName: 'db2' },
  sourceName: 'shop-db',
  recipe: {
    name: 'shop-db',
    image: 'postgres:15',
    imageId: 'sha256:1',
    command: ['postgres', '-c', 'hba_file=/etc/postgresql/pg_hba.conf'],
    user: '',
    environment: { POSTGRES_USER: 'shop' },
    mounts: [
      { kind: 'volume', source: 'shop_data', destination: '/var/lib/postgresql/data', readOnly: false, copied: false },
    ],
    ports: [{ address: '0.0.0.0', port: 5432, inside: '5432/tcp' }],
    networkMode: 'bridge',
    restartPolicy: 'always',
    shmBytes: 0,
    memoryBytes: 0,
    dataDirectory: '/var/lib/postgresql/data',
    compose: null,
  },
  location: {
    kind: 'docker',
    name: 'shop-db',
    dataDirectory: '/var/lib/postgresql/data',
    binDirectory: '/usr/lib/postgresql/15/bin',
    osOwner: 'postgres',
    port: 5432,
    socketDirectory: null,
  },
  instanceId: 'i1',
  bringImage: true,
  compose: ['docker-compose'],
  files: ['/srv/shop/pg_hba.conf'],
});

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
  startGate: 'while-attached',
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

const changeNode = (serverName: string, address: string) => ({
  ...node(serverName, address),
  monitorRole: 'tandem_monitor',
  monitorSecretId: '',
});
const hook = (moment: string, name: string, line: string) => ({
  id: moment,
  name,
  moment,
  timeoutSeconds: 30,
  veto: true,
  repeatable: false,
  call: {
    kind: 'shell',
    serverId: 'app1',
    serverName: 'app1',
    runAs: 'deploy',
    mode: 'command',
    line,
    check: null,
  },
});
const changeExample = {
  pairId: 'shop',
  pairName: 'shop',
  environment: 'production',
  epoch: 1,
  majorVersion: 15,
  systemIdentifier: '7300000000000000001',
  mode: 'synchronous',
  oldPrimary: changeNode('db1', '10.0.0.1'),
  newPrimary: changeNode('db2', '10.0.0.2'),
  slotName: 'tandem_shop',
  replicationRole: 'tandem_replication',
  rewindRole: 'tandem_rewind',
  routes: [
    {
      ...{ id: 'pool', name: 'the pool', kind: 'pgbouncer', host: '10.0.0.9', port: 6432 },
      ...{ probeServerId: null, login: null, serverId: 'app1', serverName: 'app1', loginUser: 'dba' },
      console: { socketDirectory: null, port: 6432, user: 'console', secretId: '' },
      databases: ['shop'],
      configPath: '/etc/pgbouncer/pgbouncer.ini',
    },
  ],
  hooks: [
    hook('stop-application', 'Stop the shop', '/usr/bin/systemctl stop shop'),
    hook('redirect', 'Point the pool to it', '/usr/local/bin/point-pool'),
    hook('start-application', 'Start the shop', '/usr/bin/systemctl start shop'),
  ],
  reason: null,
};
const switchoverExample = parseSwitchoverInput({
  ...changeExample,
  outageLimitMs: 30_000,
  syncWhileAlone: 'release',
  maxNotReceivedBytes: 16 * 1024 ** 2,
  maxNotReplayedBytes: 64 * 1024 ** 2,
});
const failoverExample = parseFailoverInput({
  ...changeExample,
  oldHostReachable: true,
  acceptUnproven: false,
  receivedLsn: '0/5000148',
  releaseSync: true,
  loss: null,
});
const rejoinExample = parseRejoinInput({
  ...changeExample,
  epoch: 2,
  way: 'rewind',
  fork: { timeline: 1, lsn: '0/5000148' },
  diverged: true,
  walSegmentBytes: 16 * 1024 ** 2,
  keptIn: '/srv/postgres/data.tandem-kept-2',
  buildIn: '/srv/postgres/data.tandem-new-2',
  asideTo: '/srv/postgres/data.tandem-old-2',
  databaseBytes: 200 * 1024 ** 2,
});

const detachExample = parseDetachInput({
  ...changeExample,
  oldPrimary: changeExample.newPrimary,
  newPrimary: changeExample.oldPrimary,
  hooks: [],
  routes: [],
  syncNames: '"tandem_shop"',
  standbyReachable: true,
});
const attachExample = parseRejoinInput({
  ...rejoinExample,
  oldPrimary: changeExample.newPrimary,
  newPrimary: changeExample.oldPrimary,
  epoch: 1,
  way: 'start',
  diverged: false,
  detached: { syncNames: '"tandem_shop"' },
});
const encryptExample = parseEncryptInput({
  pairId: 'shop',
  pairName: 'shop',
  epoch: 1,
  slotName: 'tandem_shop',
  replicationRole: 'tandem_replication',
  rewindRole: 'tandem_rewind',
  renewal: false,
  primary: { ...common.primary, hbaFile: '/srv/postgres/data/pg_hba.conf' },
  standby: { ...common.standby, hbaFile: '/srv/postgres/data/pg_hba.conf' },
  material: null,
});
const pauseExample = parseReplayInput({ ...common, wanted: 'paused' });

const removeExample = parseRemoveInput({
  ...common,
  keep: 'nothing',
  synchronous: true,
  hbaFiles: { primary: '/srv/postgres/data/pg_hba.conf', standby: '/srv/postgres/data/pg_hba.conf' },
  slotName: 'tandem_shop',
  followsAs: 'tandem_shop',
  roles: {
    replication: role('tandem_replication'),
    rewind: role('tandem_rewind'),
    monitor: role('tandem_monitor'),
  },
  secretIds: ['monitor'],
  reason: null,
});
const endSessionsExample = endSessions.parseInput({
  pairId: 'shop',
  pairName: 'shop',
  node: common.standby,
  sessions: [{ pid: 4711, startedAt: '1700000000.000001' }],
});

const dropSlotExample = dropSlot.parseInput({
  ...common,
  node: node('db1', '10.0.0.1'),
  slotName: 'left_over',
  restartLsn: '0/3000000',
  ours: false,
  foreignTyped: true,
  reason: null,
});

const removeServerExample = removeServer.parseInput({
  serverId: 'db1',
  serverName: 'db1',
  user: 'dba',
  publicKey: 'ssh-ed25519 AAAA… tandem@db1',
  takeKey: true,
});

const prepareHostExample = prepareHost.parseInput({
  serverId: 'db2',
  serverName: 'db2',
  wish: {
    postgresql: { majorVersion: 15, source: 'pgdg' },
    docker: { source: 'distribution' },
    account: { name: 'shop', dockerGroup: true },
    directories: [{ path: '/srv/shop/data', owner: 'shop', mode: '0700' }],
    firewall: { port: 5432, from: '10.0.0.1', fromName: 'db1' },
  },
  todo: {
    packages: [['postgresql-15'], ['docker.io'], ['docker-compose-v2', 'docker-compose-plugin', 'docker-compose']],
    sources: [packageSourceOf('pgdg', { id: 'debian', codename: 'bookworm', architecture: 'amd64' })],
    withoutMainCluster: true,
    startDocker: true,
    account: true,
    dockerGroup: true,
    directories: true,
    firewall: [{ kind: 'ufw' }],
    nftablesConf: null,
  },
  jobKey: 'example',
});

const onCluster = (serverName: string, address: string) => {
  const { serverId, instanceId, location } = node(serverName, address);
  const debian = { kind: 'debian', name: '15/main', dataDirectory: '/var/lib/postgresql/15/main' };
  return { serverId, serverName, instanceId, location: { ...location, ...debian }, address };
};
const startGateExample = parseGateInput({
  pairId: 'shop',
  pairName: 'shop',
  choice: 'while-attached',
  waitSeconds: 60,
  systemIdentifier: '7300000000000000001',
  slotName: 'tandem_shop',
  replicationRole: 'tandem_replication',
  primary: onCluster('db1', '10.0.0.1'),
  standby: onCluster('db2', '10.0.0.2'),
});

const releaseExample = parseReleaseInput({
  node: {
    serverId: 'db1',
    serverName: 'db1',
    instanceId: 'db1',
    location: { ...common.primary.location, kind: 'docker', name: 'shop-db', dataDirectory: '/var/lib/postgresql/data' },
  },
  pair: null,
  flags: [{ name: 'max_wal_senders', value: '5', setting: '5', chosen: true, stays: null }],
  place: { project: 'shop', service: 'db', directory: '/srv/shop', file: '/srv/shop/docker-compose.yml' },
  program: ['docker-compose'],
  imageId: 'sha256:1',
  restartPolicy: 'always',
  command: { before: '', after: '' },
  file: {
    before: '',
    after: '',
    mode: '0644',
    keptAs: '/srv/shop/docker-compose.yml.tandem-20260101T120000Z',
    shown: {
      before: '    command: >\n      postgres\n      -c max_wal_senders=5\n',
      after: '    command: >\n      postgres\n',
    },
  },
  hashTells: true,
  inRecovery: false,
  systemIdentifier: common.systemIdentifier,
  senders: ['tandem_shop'],
  receives: false,
  startGate: null,
});

const openExample = parseOpenInput({ ...startGateExample, partnerUnseen: false });

/** All generated pages by file name under docs/operations. */
export function operationPages(): Map<string, string> {
  return new Map([
    ['setup-standby.md', renderOperation(setupStandby, setupExample)],
    ['adopt-pair.md', renderOperation(adoptPair, adoptExample)],
    [
      'prepare-pair.md',
      renderOperation(
        preparePair,
        parsePrepareInput({
          ...setupExample,
          standbyHbaFile: '/srv/postgres/data/pg_hba.conf',
          epoch: 1,
          mend: {
            settings: { primary: {}, standby: { wal_log_hints: 'on' } },
            closeRules: { primary: true, standby: true },
          },
        }),
      ),
    ],
    ['open-primary.md', renderOperation(openPrimary, openExample)],
    ['switchover.md', renderOperation(switchover, switchoverExample)],
    ['rehearse.md', renderOperation(rehearse, switchoverExample)],
    ['failover.md', renderOperation(failover, failoverExample)],
    ['fence-node.md', renderOperation(fenceNode, fenceInputOf(failoverExample, 'shop:1'))],
    ['remove-pair.md', renderOperation(removePair, removeExample)],
    ['remove-server.md', renderOperation(removeServer, removeServerExample)],
    [
      'check-hooks.md',
      renderOperation(
        checkHooks,
        checkHooks.parseInput({ ...changeExample, hooks: changeExample.hooks.slice(0, 1) }),
      ),
    ],
    ['prepare-host.md', renderOperation(prepareHost, prepareHostExample)],
    ['make-container.md', renderOperation(makeContainer, makeContainerExample)],
    ['release-settings.md', renderOperation(releaseSettings, releaseExample)],
    ['drop-slot.md', renderOperation(dropSlot, dropSlotExample)],
    ['start-gate.md', renderOperation(placeStartGate, startGateExample)],
    ['end-sessions.md', renderOperation(endSessions, endSessionsExample)],
    ['rejoin.md', renderOperation(rejoin, rejoinExample)],
    ['detach-standby.md', renderOperation(detachStandby, detachExample)],
    ['attach-standby.md', renderOperation(rejoin, attachExample)],
    ['encrypt-replication.md', renderOperation(encryptReplication, encryptExample)],
    ['set-replay.md', renderOperation(setReplay, pauseExample)],
  ]);
}
