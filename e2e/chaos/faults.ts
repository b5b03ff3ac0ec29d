import { setTimeout as delay } from 'node:timers/promises';
import type { StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';
import { until } from '#e2e/integration/platform/until.ts';
import type { Random } from './random.ts';

type Name = 'db1' | 'db2';

/** What a fault needs to know of the operation that it strikes. */
export interface Target {
  pair: StreamingPair;
  operationId: string;
  /** The step at whose start it strikes. */
  step: string;
  primary: Name;
  standby: Name;
}

/** Strikes inside the operation; answers when it has struck. Everything it broke heals by itself or in `heal`. */
export interface Fault {
  name: string;
  strike(t: Target): Promise<void>;
}

const MS_FROZEN = 1_500;

async function freeze(t: Target, name: Name): Promise<void> {
  const node = t.pair.nodes[name];
  // A stopped server cannot be frozen: then this fault has not fired.
  await node.freezeAll();
  await delay(MS_FROZEN);
  await node.thaw();
}

export const FAULTS: readonly [Fault, ...Fault[]] = [
  {
    name: 'worker killed',
    strike: async ({ pair }) => {
      await pair.killWorkers();
      await pair.tandem.startWorker();
    },
  },
  {
    name: 'ssh sessions of the primary cut',
    strike: ({ pair, primary }) => pair.lab.host(primary).ssh.killSessions(),
  },
  {
    name: 'ssh sessions of the standby cut',
    strike: ({ pair, standby }) => pair.lab.host(standby).ssh.killSessions(),
  },
  { name: 'old primary killed', strike: ({ pair, primary }) => pair.nodes[primary].kill() },
  { name: 'standby killed', strike: ({ pair, standby }) => pair.nodes[standby].kill() },
  { name: 'standby frozen', strike: (t) => freeze(t, t.standby) },
  { name: 'old primary frozen', strike: (t) => freeze(t, t.primary) },
  {
    name: 'network of the primary cut for a while',
    strike: async ({ pair, primary }) => {
      const host = pair.lab.host(primary);
      await host.cutNetwork('both');
      await delay(MS_FROZEN);
      await host.restoreNetwork();
    },
  },
  {
    name: 'second worker started',
    strike: async ({ pair }) => {
      await pair.tandem.startWorker();
    },
  },
  {
    name: 'double click',
    // The same key lands on the same run; a second run of another key is refused by the locks.
    strike: async ({ pair, operationId }) => {
      const again = await pair.again();
      if (again !== null && again !== operationId) throw new Error('a second run was started');
    },
  },
];

/** Waits until the run has begun the step, or is over. Answers whether it is inside. */
export async function reach(pair: StreamingPair, operationId: string, step: string): Promise<boolean> {
  return until(`the run reaches ${step} or its end`, 120_000, async () => {
    const view = await pair.tandem.services.operations.get(operationId);
    if (!['queued', 'running', 'undoing'].includes(view.status)) return 'over' as const;
    const state = view.steps.find((s) => s.name === step)?.state;
    return state !== undefined && state !== 'waiting' ? ('inside' as const) : null;
  }).then((found) => found === 'inside');
}

export const pickFault = (random: Random): Fault => random.pick(FAULTS);
