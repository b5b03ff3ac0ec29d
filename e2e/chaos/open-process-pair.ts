import { startStreamingPair, type StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';
import type { ChaosHost, ChaosPair, Name } from './chaos-pair.ts';
import { ARCHIVE_COMMAND, FAULTS } from './faults.ts';

/** A rejoin wants a GiB of room, and leaves the old directory beside the new one. */
const DISK_MIB = 2_400;

/** A pair on hosts made of processes. */
export async function openProcessPair(): Promise<ChaosPair> {
  const settings = { archive_mode: 'on', archive_command: ARCHIVE_COMMAND };
  const pair = await startStreamingPair({ primary: { fsync: true, settings }, diskMib: DISK_MIB });
  return { ...pair, hosts: { db1: hostOf(pair, 'db1'), db2: hostOf(pair, 'db2') }, faults: FAULTS };
}

function hostOf({ lab, nodes }: StreamingPair, name: Name): ChaosHost {
  const host = lab.host(name);
  return {
    killSessions: () => host.ssh.killSessions(),
    cut: (peer) => host.cutNetwork('both', peer === undefined ? undefined : lab.host(peer)),
    mend: () => host.restoreNetwork(),
    fillDisk: () => host.fillDisk(),
    freeDisk: () => host.freeDisk(),
    reboot: async () => {
      await host.reset();
      // There is no init system: PostgreSQL is started as it lies there. Tandem may be quicker.
      await nodes[name].start().catch(async (thrown: unknown) => {
        if (!(await nodes[name].isAlive())) throw thrown;
      });
    },
    require: (argv) => host.require(argv),
  };
}
