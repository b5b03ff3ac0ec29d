import { TRPCClientError } from '@trpc/client';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { NodeView, PairView } from '#server/services/services.ts';
import type { Api } from '../cli.ts';

type Call = (input: never) => Promise<unknown>;

export interface FakeWorld {
  pairs?: PairView[];
  /** Answers of `operation.get`, one after the other; the last one stays. */
  operations?: OperationView[];
  /** Every call fails with this problem, or with this error of the network. */
  fails?: { code: string; message: string; data?: Record<string, unknown> } | Error;
  /** Further procedures: `change.assess` → what it answers. */
  answers?: Record<string, Call>;
}

/** The API with the answers of a small invented world; what is not there throws. */
export function fakeApi(world: FakeWorld): Api {
  const operations = [...(world.operations ?? [])];
  const known: Record<string, Call> = {
    'pair.list': async () => world.pairs ?? [],
    'pair.get': async ({ id }: { id: string }) => world.pairs?.find((pair) => pair.id === id),
    'operation.get': async () => (operations.length > 1 ? operations.shift() : operations[0]),
    'operation.retry': async () => undefined,
    ...world.answers,
  };
  const procedure = (name: string): Call => {
    if (world.fails !== undefined) return async () => Promise.reject(failure(world.fails));
    return known[name] ?? (async () => Promise.reject(new Error(`the fake world has no ${name}`)));
  };
  const router = (topic: string) =>
    new Proxy(
      {},
      {
        get: (_t, name: string) => ({
          query: procedure(`${topic}.${name}`),
          mutate: procedure(`${topic}.${name}`),
        }),
      },
    );
  return new Proxy({} as Api, { get: (_t, topic: string) => router(topic) });
}

function failure(of: FakeWorld['fails']): Error {
  if (of instanceof Error) return TRPCClientError.from(of);
  return TRPCClientError.from({
    error: { message: of?.message, code: -32603, data: { problem: of } },
  } as never);
}

function node(serverName: string, role: NodeView['role']): NodeView {
  return {
    instanceId: `i-${serverName}`,
    serverId: `s-${serverName}`,
    serverName,
    host: '10.0.0.1',
    port: 5432,
    dataDirectory: '/srv/pg',
    kind: 'plain',
    majorVersion: 15,
    role,
  };
}

/** A pair of db1 and db2 without a sample. */
export function pairView(name: string): PairView {
  return {
    id: `p-${name}`,
    name,
    environment: 'production',
    epoch: 1,
    mode: 'asynchronous',
    slotName: `tandem_${name}`,
    primary: node('db1', 'primary'),
    standby: node('db2', 'standby'),
    sample: null,
    runningOperationId: null,
    readiness: { state: 'unknown', takenAtMs: null, reasons: [] },
    mustRejoin: null,
    detached: null,
    tls: null,
    gateWish: null,
    pendingFence: null,
    prepared: true,
  };
}

const text = (words: string) => ({ en: words, de: words });

/** A plan of two steps, the second after the point of no return. */
export function planOf(operation: string): Plan {
  const step = (name: string) => ({
    name,
    kind: 'mutation' as const,
    group: 'reads' as const,
    server: 'db1',
    explain: text(`Do ${name}`),
    undo: null,
    undoReason: null,
    actions: [],
    expectedMs: 1_000,
  });
  return {
    operation,
    title: text(`The ${operation} of shop`),
    hash: 'hash',
    steps: [step('first'), step('second')],
    pointOfNoReturn: 1,
    gates: [],
    confirmation: null,
    outageMs: 500,
    networkBytes: null,
    expectedMs: 2_000,
    madeAtMs: 1_800_000_000_000,
  };
}

/** A run of that plan in this state. */
export function operationView(status: OperationView['status']): OperationView {
  const asks = status === 'needs-attention';
  return {
    id: 'o1',
    kind: 'switchover',
    title: text('The switchover of shop'),
    status,
    pairId: 'p-shop',
    serverId: null,
    startedBy: 'Ada (token cron)',
    createdAtMs: 1_800_000_000_000,
    startedAtMs: 1_800_000_000_000,
    finishedAtMs: status === 'running' ? null : 1_800_000_002_000,
    plan: planOf('switchover'),
    steps: [],
    committed: false,
    cancelRequested: false,
    problem: null,
    note: null,
    allowed: { cancel: status === 'running', retry: asks, undo: asks, close: asks },
    workerAlive: true,
    loss: null,
    routes: null,
    outage: null,
    change: null,
  };
}
