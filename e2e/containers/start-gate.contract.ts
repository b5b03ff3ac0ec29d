import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTandem, ADA, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import { tellLastRuns } from '#e2e/integration/tandem/tell-last-runs.ts';
import { CREATE_SERVER, createShop } from '#e2e/lab/containers/create-server-postgres.ts';
import type { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { gatePaths } from '#server/domain/start-gate.ts';

/** PostgreSQL 15 and 17, systemd 252 and 257. */
const SUITE = { debian: 'bookworm', systemd: 'trixie' } as const;
/** A boot beside other servers that boot, and the minute in which a gate waits for its partner. */
const COME_UP = { timeoutMs: 180_000 };

const recovery = (node: ServerPostgres): Promise<string> =>
  node.sql('SELECT pg_is_in_recovery()').catch(() => 'gone');
const comesUp = (node: ServerPostgres, as: 'writable' | 'read-only'): Promise<unknown> =>
  until(`${node.host.name} comes up`, async () => (await recovery(node)) !== 'gone', COME_UP).then(async () =>
    expect(await recovery(node)).toBe(as === 'writable' ? 'f' : 't'),
  );

/** What a start gate promises before a server of either kind, on hosts that boot and lose their power. */
export function startGateContract(kind: 'debian' | 'systemd'): void {
  describe(`a start gate before ${kind}`, () => {
    let servers: ServerLab;
    let tandem: TestTandem;
    let acting: ReturnType<typeof actingOn>;
    let pairId: string;
    let nodes: Record<'db1' | 'db2', ServerPostgres>;
    let worker: Awaited<ReturnType<TestTandem['startWorker']>>;

    beforeAll(async () => {
      [servers, tandem] = await Promise.all([
        startServers(['db1', 'db2'].map((name) => ({ name, suite: SUITE[kind] }))),
        startTandem(),
      ]);
      const [db1, db2] = await Promise.all([
        CREATE_SERVER[kind](servers.host('db1')),
        CREATE_SERVER[kind](servers.host('db2')),
      ]);
      nodes = { db1, db2 };
      worker = await tandem.startWorker();
      await db1.start();
      await createShop(db1);
      // As Debian's package leaves it: a server that runs and that nobody uses.
      if (kind === 'debian') await db2.start();
    });
    afterAll(async () => {
      await tandem?.stop();
      await servers?.stop();
    });
    afterEach(({ task }) => tellLastRuns(tandem, task));

    const lastDecision = (node: ServerPostgres): Promise<string> =>
      node.host.require(['cat', gatePaths(node.location.unit).lastDecision]).then((r) => r.stdout);
    const stopWorker = async (): Promise<void> => {
      worker.kill('SIGKILL');
      await until('the worker is gone', () =>
        Promise.resolve(worker.signalCode !== null || worker.exitCode !== null),
      );
    };

    it('sets a standby up where an unused server of the same kind lies, whose data and configuration are kept', async () => {
      const [primaryServerId, standbyServerId] = await Promise.all([
        tandem.addServer(servers, 'db1'),
        tandem.addServer(servers, 'db2'),
      ]);
      const primaryDataDirectory = nodes.db1.location.dataDirectory;
      const wish = { name: 'shop', primaryServerId, primaryDataDirectory, standbyServerId };
      const { draftId, planId, plan } = await tandem.plan(wish);
      expect(plan.gates.filter((g) => g.state === 'blocking' || g.state === 'unknown')).toEqual([]);
      const id = await tandem.services.drafts.approve(
        draftId,
        planId,
        plan.hash,
        plan.confirmation?.word ?? null,
        ADA,
      );
      const run = await tandem.finished(id);
      expect(run.problem).toBeNull();
      expect(run.status).toBe('succeeded');
      const [pair] = await tandem.services.pairs.list();
      pairId = pair?.id ?? '';
      const standby = await tandem.prisma.instance.findUniqueOrThrow({
        where: { id: pair?.standby.instanceId ?? '' },
      });
      expect(standby).toMatchObject({ kind, name: nodes.db2.name });
      const aside = `ls -d ${nodes.db2.location.dataDirectory}.before-tandem-*`;
      const kept = (await nodes.db2.host.require(['sh', '-c', aside])).stdout.trim().split('\n');
      expect(kept).toHaveLength(kind === 'debian' ? 2 : 1);
      acting = actingOn(tandem, pairId);
      await acting.healthy();
    });

    it('is laid on both nodes and proven there', async () => {
      const run = await acting.change('start-gate');
      expect(run.problem).toBeNull();
      expect(run.status).toBe('succeeded');
    });

    it('lets the primary start writable by itself after a power loss without a failover, with Tandem stopped', async () => {
      await stopWorker();
      await servers.host('db1').losePower();
      await servers.host('db1').powerOn();
      await comesUp(nodes.db1, 'writable');
      expect(await lastDecision(nodes.db1)).toContain('the partner is a standby');
      worker = await tandem.startWorker();
      await acting.healthy();
    });

    it('keeps an old primary read-only that was out of reach during the failover, with Tandem stopped', async () => {
      await servers.host('db1').losePower();
      await acting.assess('failover', (a) => a.diagnosis?.class === 'host-down');
      const run = await acting.change('failover');
      expect(run.problem).toBeNull();
      expect(run.status).toBe('succeeded');
      await stopWorker();
      await servers.host('db1').powerOn();
      await comesUp(nodes.db1, 'read-only');
      expect(await lastDecision(nodes.db1)).toContain('the partner is the primary');
      await servers.host('db1').reboot();
      await comesUp(nodes.db1, 'read-only');
      await nodes.db1.host.require(['systemctl', 'restart', nodes.db1.location.unit]);
      await comesUp(nodes.db1, 'read-only');
      expect(await recovery(nodes.db2)).toBe('f');
      worker = await tandem.startWorker();
    });

    it('follows the policy where nobody can be asked: read-only while a standby is attached, until a person allows one start', async () => {
      const rejoined = await acting.change('rejoin');
      expect(rejoined.problem).toBeNull();
      await acting.healthy();
      await servers.host('db1').losePower();
      await servers.host('db2').reboot();
      await comesUp(nodes.db2, 'read-only');
      expect(await lastDecision(nodes.db2)).toContain('the partner cannot be asked');
      // Nobody sees db1: a person vouches for it.
      const opened = await acting.change('open-primary');
      expect(opened.problem).toBeNull();
      expect(opened.status).toBe('succeeded');
      await comesUp(nodes.db2, 'writable');
      await servers.host('db1').powerOn();
      await comesUp(nodes.db1, 'read-only');
      await acting.healthy();
    });

    it('lets the right one come up writable by itself when both were lost and both are back', async () => {
      await Promise.all([servers.host('db1').losePower(), servers.host('db2').losePower()]);
      await Promise.all([servers.host('db1').powerOn(), servers.host('db2').powerOn()]);
      await comesUp(nodes.db2, 'writable');
      await comesUp(nodes.db1, 'read-only');
      await acting.healthy();
    });

    it('shows where both stand when they are back and do not see each other, and opens the right one', async () => {
      await Promise.all([servers.host('db1').losePower(), servers.host('db2').losePower()]);
      await servers.host('db1').powerOn();
      await servers.host('db1').cable.cut('both', servers.host('db2').address);
      await servers.host('db2').powerOn();
      await comesUp(nodes.db2, 'read-only');
      const look = await acting.assess('open-primary', (a) => a.readiness === 'ready');
      expect(look.confirmation).toEqual({ word: null, ticks: [], reasonRequired: false });
      expect(look.gates.map((gate) => [gate.code, gate.state])).toEqual([
        ['is-held', 'ok'],
        ['why-held', 'ok'],
        ['is-on-newest-timeline', 'ok'],
        ['partner-is-not-ahead', 'ok'],
      ]);
      // The monitor's connections to db1 ended with its power; it shows what it sees when they are back.
      const diagnosed = async () => (await tandem.services.pairs.get(pairId)).sample?.diagnosis.code;
      await until(
        'the dashboard says that nobody is primary',
        async () => (await diagnosed()) === 'no-primary',
        {
          timeoutMs: 60_000,
        },
      );
      const opened = await acting.change('open-primary');
      expect(opened.problem).toBeNull();
      expect(opened.status).toBe('succeeded');
      await comesUp(nodes.db2, 'writable');
      await servers.host('db1').cable.mend();
      // The standby's connection attempt into the cut ends with the kernel's patience.
      const streams = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
      await until('the standby follows', async () => (await nodes.db2.sql(streams)) === '1', {
        timeoutMs: 150_000,
      });
      await acting.healthy();
      expect(await recovery(nodes.db1)).toBe('t');
    });
  });
}
