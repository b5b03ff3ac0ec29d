/**
 * What watching costs: CPU and memory of the worker, and the time from a sample to the event of the
 * web's live stream, for 50 and 400 instances at 1 Hz. The instances are inventory rows that point
 * at two practice hosts, ten to a server, so that each has its own session as in reality.
 * `npm run bench:monitor -- [--seconds 30] [--json]`
 */
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ADA, startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { startLab } from '#e2e/lab/processes/start-lab.ts';
import { finish, numberOption, printTable, quantile } from './report.ts';

const seconds = numberOption('seconds', 30);
const SIZES = [50, 400];
const PER_SERVER = 10;
const WARM_UP_MS = 15_000;
/** USER_HZ of Linux. */
const TICKS_PER_SECOND = 100;

interface Figures {
  instances: number;
  cpuPercent: number;
  memoryMib: number;
  p50Ms: number;
  p99Ms: number;
  samplesPerSecond: number;
}

async function processFigures(pid: number): Promise<{ cpuTicks: number; memoryMib: number }> {
  const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN);
  return { cpuTicks: Number(stat[11]) + Number(stat[12]), memoryMib: kib / 1024 };
}

/** Adopts the real pair, then copies its rows until `instances` are watched. */
async function watchMany(tandem: TestTandem, instances: number): Promise<void> {
  const { prisma } = tandem;
  const [template] = await prisma.pair.findMany({
    include: { members: { include: { instance: { include: { server: true } } } } },
  });
  if (template === undefined) throw new Error('no pair to copy');
  const have = (await prisma.pair.count()) * 2;
  for (let n = have / 2; n < instances / 2; n += 1) {
    const group = Math.floor(n / PER_SERVER);
    const members = [];
    for (const { role, instance } of template.members) {
      const serverId = `${role}-${group}`;
      const { server, ...row } = instance;
      const { id: _id, name: _name, checks: _checks, facts: _facts, ...copied } = server;
      await prisma.server.upsert({
        where: { id: serverId },
        update: {},
        create: { ...copied, id: serverId, name: serverId },
      });
      const id = `${role}-${n}`;
      await prisma.instance.create({
        data: { ...row, id, serverId, dataDirectory: `${row.dataDirectory}/${n}` },
      });
      members.push({ instanceId: id, role });
    }
    await prisma.pair.create({
      data: { id: `pair-${n}`, name: `pair ${n}`, slotName: template.slotName, members: { create: members } },
    });
  }
}

async function measure(tandem: TestTandem, pid: number, instances: number): Promise<Figures> {
  await delay(WARM_UP_MS);
  const before = await processFigures(pid);
  const stop = new AbortController();
  const latencies: number[] = [];
  const reading = (async () => {
    for await (const event of tandem.services.live.stream(null, stop.signal)) {
      if (!('message' in event) || event.message.type !== 'tick') continue;
      const nowMs = Date.now();
      for (const { primary, standby } of event.message.tick.samples)
        latencies.push(nowMs - primary.takenAtMs, nowMs - standby.takenAtMs);
    }
  })();
  await delay(seconds * 1_000);
  stop.abort();
  await reading;
  const after = await processFigures(pid);
  return {
    instances,
    cpuPercent: ((after.cpuTicks - before.cpuTicks) / TICKS_PER_SECOND / seconds) * 100,
    memoryMib: after.memoryMib,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    samplesPerSecond: latencies.length / seconds,
  };
}

const dir = await mkdtemp(path.join(tmpdir(), 'tandem-bench-'));
const lab = await startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] });
const tandem = await startTandem();
try {
  // 200 kept sessions a node, and as many fresh ones every five seconds.
  const primary = await lab.createPrimary('db1', { shopDatabaseMb: 5, settings: { max_connections: '600' } });
  const worker = await tandem.startWorker();
  const ids = { primary: await tandem.addServer(lab, 'db1'), standby: await tandem.addServer(lab, 'db2') };
  const { draftId, planId, plan } = await tandem.plan({
    name: 'bench',
    primaryServerId: ids.primary,
    primaryDataDirectory: primary.location.dataDirectory,
    standbyServerId: ids.standby,
  });
  await tandem.finished(await tandem.services.drafts.approve(draftId, planId, plan.hash, null, ADA));
  const rows: Figures[] = [];
  for (const size of SIZES) {
    await watchMany(tandem, size);
    rows.push(await measure(tandem, worker.pid ?? 0, size));
  }
  printTable(
    ['instances', 'worker CPU % of a core', 'memory MiB', 'p50 ms', 'p99 ms', 'samples/s'],
    rows.map((r) => [
      r.instances,
      r.cpuPercent.toFixed(1),
      r.memoryMib.toFixed(0),
      r.p50Ms.toFixed(0),
      r.p99Ms.toFixed(0),
      r.samplesPerSecond.toFixed(0),
    ]),
  );
  const perInstance = rows.map((r) => r.cpuPercent / r.instances);
  const [small = Number.NaN, large = Number.NaN] = perInstance;
  const last = rows.at(-1);
  finish({
    bench: 'monitor',
    unit: '% of a core per instance',
    runs: rows.length,
    median: large,
    worst: Math.max(...perInstance),
    baseline: small,
    ratio: large / small,
    cpuPercent400: last?.cpuPercent ?? Number.NaN,
    memoryMib400: last?.memoryMib ?? Number.NaN,
    p50Ms400: last?.p50Ms ?? Number.NaN,
    p99Ms400: last?.p99Ms ?? Number.NaN,
  });
} finally {
  await tandem.stop();
  await lab.stop();
  await rm(dir, { recursive: true, force: true });
}
