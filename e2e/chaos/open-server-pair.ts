import { startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { startSetup } from '#e2e/integration/tandem/start-setup.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import { createCluster, createShop } from '#e2e/lab/containers/create-server-postgres.ts';
import { limitedDiskUnavailable } from '#e2e/lab/containers/limited-disk.ts';
import { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import type { ChaosHost, ChaosPair, Faults, Name } from './chaos-pair.ts';
import { ARCHIVE_COMMAND, FAULTS } from './faults.ts';

const SETUP_MS = 180_000;
/** A rejoin wants a GiB of room, and leaves the old directory beside the new one. */
const DISK_MIB = 2_400;

/**
 * A pair of Debian clusters on whole servers, which systemd starts at a boot: with the start gates that the
 * wizard proposes, because a boot asks nobody else.
 */
export async function openServerPair(): Promise<ChaosPair> {
  // Where none can be had, a disk cannot be filled, and that fault does not fire.
  const disk = limitedDiskUnavailable() === null ? { diskMib: DISK_MIB } : {};
  const [lab, tandem] = await Promise.all([
    startServers([
      { name: 'db1', ...disk },
      { name: 'db2', ...disk },
    ]),
    startTandem(),
  ]);
  const stop = async (): Promise<void> => {
    await tandem.stop();
    await lab.stop();
  };
  try {
    const settings = { archive_mode: 'on', archive_command: ARCHIVE_COMMAND };
    const primary = await createCluster(lab.host('db1'), '15/main', { settings });
    await primary.start();
    await createShop(primary);
    await tandem.startWorker();
    const pairId = await setUp(lab, tandem, primary);
    const standby = new ServerPostgres(lab.host('db2'), primary.location);
    return {
      tandem,
      pairId,
      nodes: { db1: primary, db2: standby },
      hosts: { db1: hostOf(lab, 'db1'), db2: hostOf(lab, 'db2') },
      faults: faultsOf(lab),
      ...actingOn(tandem, pairId),
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function setUp(lab: ServerLab, tandem: TestTandem, primary: ServerPostgres): Promise<string> {
  const [db1, db2] = await Promise.all([tandem.addServer(lab, 'db1'), tandem.addServer(lab, 'db2')]);
  const { id } = await startSetup(tandem, {
    name: 'shop',
    primaryServerId: db1,
    primaryDataDirectory: primary.location.dataDirectory,
    standbyServerId: db2,
    standbyDataDirectory: primary.location.dataDirectory,
    standbyPort: primary.location.port,
    startGate: 'while-attached',
  });
  const run = await tandem.finished(id, SETUP_MS);
  if (run.status !== 'succeeded') throw new Error(`setup: ${JSON.stringify(run.problem)}`);
  const [pair] = await tandem.services.pairs.list();
  if (pair === undefined) throw new Error('no pair');
  return pair.id;
}

/** Every process ends at once, the files stay; then the server boots. */
async function losePower(lab: ServerLab, name: Name): Promise<void> {
  await lab.host(name).losePower();
  await lab.host(name).powerOn();
}

/** A reboot stops servers in order. A loss of power does not, and strikes what is being rewound as well. */
const faultsOf = (lab: ServerLab): Faults => [
  ...FAULTS,
  { name: 'host of the old primary loses power', strike: ({ primary }) => losePower(lab, primary) },
  { name: 'host of the standby loses power', strike: ({ standby }) => losePower(lab, standby) },
];

function hostOf(lab: ServerLab, name: Name): ChaosHost {
  const host = lab.host(name);
  return {
    killSessions: async () => void (await host.run(['pkill', '-KILL', '-f', `^sshd: ${host.user}`])),
    cut: (peer) => host.cable.cut('both', peer === undefined ? undefined : lab.host(peer).address),
    mend: () => host.cable.mend(),
    fillDisk: () => host.fillDisk(),
    freeDisk: () => host.freeDisk(),
    reboot: () => host.reboot(),
    require: (argv) => host.require(argv),
  };
}
