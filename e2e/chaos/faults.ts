import { setTimeout as delay } from 'node:timers/promises';
import { until } from '#e2e/integration/platform/until.ts';
import type { ChaosPair, Fault, Faults, Kind, Name, Target } from './chaos-pair.ts';
import type { Random } from './random.ts';

const MS_FROZEN = 1_500;
/** The archiver of a host hangs while this file is there. */
export const HANG = '/tmp/hang-archiver';
export const ARCHIVE_COMMAND = `sh -c "while test -e ${HANG}; do sleep 0.2; done"`;
/** What a full disk leaves: nothing. The program frees it again after a moment, as an admin does. */
const MS_FULL = 2_500;

async function freeze(t: Target, name: Name): Promise<void> {
  const node = t.pair.nodes[name];
  // A stopped server cannot be frozen: then this fault has not fired.
  await node.freezeAll();
  await delay(MS_FROZEN);
  await node.thaw();
}

async function fill(t: Target, name: Name): Promise<void> {
  const host = t.pair.hosts[name];
  await host.fillDisk();
  await delay(MS_FULL);
  await host.freeDisk();
}

/** Nothing reaches the host, or only the partner does not; the cable is put back after a moment. */
async function cut({ pair }: Target, name: Name, peer?: Name): Promise<void> {
  const host = pair.hosts[name];
  await host.cut(peer);
  await delay(MS_FROZEN);
  await host.mend();
}

/** The one that holds the run stands still until another has taken it over; then both believe to act. */
async function actTwice({ pair, operationId }: Target): Promise<void> {
  const { tandem } = pair;
  const owner = async (): Promise<string | null> =>
    (await tandem.prisma.operation.findUniqueOrThrow({ where: { id: operationId } })).leaseOwner;
  const before = await owner();
  if (before === null) throw new Error('nobody holds the run');
  const thaw = tandem.freezeWorkers();
  try {
    await tandem.startWorker();
    await until('another worker takes the run over', 60_000, async () => {
      const now = await owner();
      return now !== before;
    });
  } finally {
    thaw();
  }
}

/** What can happen to a pair on hosts of any kind. */
export const FAULTS: Faults = [
  {
    name: 'worker killed',
    strike: async ({ pair }) => {
      await pair.tandem.killWorkers();
      await pair.tandem.startWorker();
    },
  },
  {
    name: 'ssh sessions of the primary cut',
    strike: ({ pair, primary }) => pair.hosts[primary].killSessions(),
  },
  {
    name: 'ssh sessions of the standby cut',
    strike: ({ pair, standby }) => pair.hosts[standby].killSessions(),
  },
  {
    name: 'old primary killed',
    kinds: ['switchover'],
    strike: ({ pair, primary }) => pair.nodes[primary].kill(),
  },
  { name: 'standby killed', strike: ({ pair, standby }) => pair.nodes[standby].kill() },
  { name: 'standby frozen', strike: (t) => freeze(t, t.standby) },
  { name: 'old primary frozen', kinds: ['switchover'], strike: (t) => freeze(t, t.primary) },
  { name: 'disk of the old primary full', strike: (t) => fill(t, t.primary) },
  { name: 'disk of the standby full', strike: (t) => fill(t, t.standby) },
  {
    name: 'archiver of the old primary hangs',
    kinds: ['switchover'],
    strike: async ({ pair, primary }) => {
      await pair.hosts[primary].require(['touch', HANG]);
    },
  },
  { name: 'network of the primary cut for a while', strike: (t) => cut(t, t.primary) },
  { name: 'network of the standby cut for a while', strike: (t) => cut(t, t.standby) },
  { name: 'network between both cut for a while', strike: (t) => cut(t, t.primary, t.standby) },
  {
    name: 'host of the old primary reboots',
    // What is being rewound or built anew is started by nobody.
    kinds: ['switchover', 'failover'],
    strike: ({ pair, primary }) => pair.hosts[primary].reboot(),
  },
  { name: 'host of the standby reboots', strike: ({ pair, standby }) => pair.hosts[standby].reboot() },
  {
    name: 'second worker started',
    strike: async ({ pair }) => {
      await pair.tandem.startWorker();
    },
  },
  { name: 'both workers of two act', strike: actTwice },
  {
    name: 'double click',
    // The same key lands on the same run; a second run of another key is refused by the locks.
    strike: async ({ pair, operationId }) => {
      const again = await pair.again();
      if (again !== null && again !== operationId) throw new Error('a second run was started');
    },
  },
];

const OPEN = ['queued', 'running', 'undoing'];

/** Waits until the run has begun the step, or is over. Answers whether it is inside. */
export async function reach(pair: ChaosPair, operationId: string, step: string): Promise<boolean> {
  return until(`the run reaches ${step} or its end`, 120_000, async () => {
    const view = await pair.tandem.services.operations.get(operationId);
    if (!OPEN.includes(view.status)) return 'over' as const;
    const state = view.steps.find((s) => s.name === step)?.state;
    return state !== undefined && state !== 'waiting' ? ('inside' as const) : null;
  }).then((found) => found === 'inside');
}

/** The step in which the run is at this instant; null = it is not in one any more. */
export async function stepNow(pair: ChaosPair, operationId: string): Promise<string | null> {
  const view = await pair.tandem.services.operations.get(operationId);
  if (!OPEN.includes(view.status)) return null;
  const at =
    view.steps.find((s) => s.state === 'running' || s.state === 'verifying' || s.state === 'undoing') ??
    view.steps.findLast((s) => s.state !== 'waiting');
  return at?.name ?? null;
}

export function pickFault(random: Random, faults: Faults, kind: Kind): Fault {
  const [first = faults[0], ...rest] = faults.filter((f) => f.kinds?.includes(kind) !== false);
  return random.pick([first, ...rest]);
}
