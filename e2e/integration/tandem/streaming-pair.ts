import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seenOf, type Assessment, type ChangeKind, type ChangeWay } from '#server/domain/assessment.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { ChangeRequest } from '#server/services/services.ts';
import { createPairRoles } from '#server/adapters/store/pair-roles.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { LabPostgres, labLocation } from '#e2e/lab/processes/lab-postgres.ts';
import type { PrimaryOptions } from '#e2e/lab/processes/primary-options.ts';
import { until } from '../platform/until.ts';
import { ADA, startTandem, type TestTandem } from './start-tandem.ts';

/** A pair that the wizard built on practice hosts, watched by a worker. */
export interface StreamingPair {
  lab: Lab;
  tandem: TestTandem;
  pairId: string;
  /** By host name, whatever their roles are now. */
  nodes: Record<'db1' | 'db2', LabPostgres>;
  /** Waits for a fresh look that shows a plan. */
  assess(kind: ChangeKind, accept?: (a: Assessment) => boolean): Promise<Assessment>;
  /** Gives everything that the look asks for; answers the run's id. */
  start(kind: ChangeKind, change?: Partial<ChangeRequest>): Promise<string>;
  /** Starts and waits for the end. */
  change(kind: ChangeKind, change?: Partial<ChangeRequest>): Promise<OperationView>;
  /** Asks for the last start once more, with the same key; null = nothing was started yet. */
  again(): Promise<string | null>;
  /** Starts what does not run, as it lies there. */
  startNodes(): Promise<void>;
  killWorkers(): Promise<void>;
  healthy(): Promise<void>;
  /** What somebody changed by hand, in the inventory. */
  tellRoles(primary: 'db1' | 'db2', o?: { mustRejoin: boolean }): Promise<void>;
  stop(): Promise<void>;
}

const LOOK_MS = 30_000;

export async function startStreamingPair(
  o: {
    mode?: 'asynchronous' | 'synchronous';
    primary?: PrimaryOptions;
    worker?: Record<string, string>;
    /** Size of the file system that holds the data; needed to fill it. */
    diskMib?: number;
    /** Practice hosts beside db1 and db2. */
    moreHosts?: readonly string[];
  } = {},
): Promise<StreamingPair> {
  const disk = o.diskMib === undefined ? {} : { diskMib: o.diskMib };
  const dir = await mkdtemp(path.join(tmpdir(), 'tandem-pair-'));
  const [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: ['db1', 'db2', ...(o.moreHosts ?? [])].map((name) => ({ name, ...disk })) }),
    startTandem(),
  ]);
  const stop = async (): Promise<void> => {
    await tandem.stop();
    await lab.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const [primary] = await Promise.all([
      lab.createPrimary('db1', { shopDatabaseMb: 20, ...o.primary }),
      tandem.startWorker(o.worker),
    ]);
    const [db1, db2] = await Promise.all([tandem.addServer(lab, 'db1'), tandem.addServer(lab, 'db2')]);
    const place = labLocation(lab.host('db2'), 'shop');
    const { draftId, planId, plan } = await tandem.plan({
      name: 'shop',
      primaryServerId: db1,
      primaryDataDirectory: primary.location.dataDirectory,
      standbyServerId: db2,
      standbyDataDirectory: place.dataDirectory,
      standbyPort: place.port,
      ...(o.mode === undefined ? {} : { mode: o.mode }),
    });
    const run = await tandem.finished(
      await tandem.services.drafts.approve(draftId, planId, plan.hash, plan.confirmation?.word ?? null, ADA),
    );
    if (run.status !== 'succeeded') throw new Error(`setup: ${JSON.stringify(run.problem)}`);
    const [pair] = await tandem.services.pairs.list();
    if (pair === undefined) throw new Error('no pair');
    const { socketDirectory } = await tandem.prisma.instance.findUniqueOrThrow({
      where: { id: pair.standby.instanceId },
    });
    const standby = new LabPostgres(lab.host('db2'), {
      ...place,
      dataDirectory: pair.standby.dataDirectory,
      socketDirectory: socketDirectory ?? '/tmp',
      logFile: '/tmp/started-by-hand.log',
    });
    const roles = createPairRoles(tandem.prisma, () => undefined);
    const instances = { db1: pair.primary.instanceId, db2: pair.standby.instanceId };
    return {
      lab,
      tandem,
      tellRoles: async (name, o = { mustRejoin: false }) => {
        const { epoch } = await roles.get(pair.id);
        const primaryInstanceId = instances[name];
        await roles.change({ pairId: pair.id, epoch, primaryInstanceId, ...o });
      },
      startNodes: async () => {
        for (const node of [primary, standby]) if (!(await node.isAlive())) await node.start();
      },
      killWorkers: () => tandem.killWorkers(),
      pairId: pair.id,
      nodes: { db1: primary, db2: standby },
      ...actingOn(tandem, pair.id),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export function actingOn(
  tandem: TestTandem,
  pairId: string,
): Pick<StreamingPair, 'assess' | 'start' | 'again' | 'change' | 'healthy'> {
  const { changes, pairs } = tandem.services;
  let last: ChangeRequest | null = null;
  const look = async (kind: ChangeKind, way: ChangeWay | null, accept: (a: Assessment) => boolean) => {
    let seen: Assessment | null = null;
    try {
      return await until(`a fresh look for ${kind}`, LOOK_MS, async () => {
        const { assessment, fresh } = await changes.assess(pairId, kind, way);
        seen = assessment;
        const good = assessment !== null && fresh && assessment.plan !== null && accept(assessment);
        return good && (way === null || assessment.chosenWay === way) ? assessment : null;
      });
    } catch (error) {
      throw new Error(`the last look was ${JSON.stringify(seen)}`, { cause: error });
    }
  };
  const assess: StreamingPair['assess'] = (kind, accept = () => true) => look(kind, null, accept);
  const start: StreamingPair['start'] = async (kind, change = {}) => {
    const ready = (a: Assessment): boolean => a.readiness === 'ready' || a.readiness === 'with-risk';
    const seen = await look(kind, change.way ?? null, ready);
    last = {
      pairId,
      kind,
      way: seen.chosenWay,
      seen: seenOf(seen),
      confirmation: seen.confirmation.word?.text ?? null,
      ticks: seen.confirmation.ticks.map((t) => t.code),
      reason: 'a test',
      outageLimitMs: 30_000,
      syncWhileAlone: 'release',
      idempotencyKey: `test-${seen.id}`,
      ...change,
    };
    return changes.start(last, ADA);
  };
  return {
    assess,
    start,
    again: async () => (last === null ? null : changes.start(last, ADA)),
    change: async (kind, change) => tandem.finished(await start(kind, change), 120_000),
    healthy: async () => {
      let seen = '';
      try {
        await until('the pair is healthy', 30_000, async () => {
          const { sample } = await pairs.get(pairId);
          seen = JSON.stringify(sample);
          return sample?.diagnosis.code === 'healthy';
        });
      } catch (error) {
        throw new Error(`the last sample was ${seen}`, { cause: error });
      }
    },
  };
}
