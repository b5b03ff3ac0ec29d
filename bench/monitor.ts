/**
 * What watching costs: CPU and memory of the worker, and the time from a sample to the server-sent
 * event as a browser gets it over HTTP from the built pages' process, for 50 and 400 instances at 1 Hz.
 * The instances are inventory rows that point at two practice hosts, ten to a server, so that each has
 * its own session as in reality. The practice hosts' sshd and PostgreSQL, the control database and the
 * reader of the stream share the machine with the worker: the last column says how full it was.
 * `npm run bench:monitor -- [--seconds 30] [--json]`
 */
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ADA, startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { startLab } from '#e2e/lab/processes/start-lab.ts';
import { finish, numberOption, printTable, quantile } from './report.ts';
import { startWeb, type WebProcess } from './web-stream.ts';

const seconds = numberOption('seconds', 30);
const SIZES = [50, 400];
const PER_SERVER = 10;
/** 400 logins keep two cores busy for a while; what is measured begins when all have been seen. */
const WARM_UP_MS = 90_000;
const SETTLE_MS = 5_000;
/** USER_HZ of Linux. */
const TICKS_PER_SECOND = 100;

interface Figures {
  instances: number;
  cpuPercent: number;
  webCpuPercent: number;
  /** Of all cores together. */
  machinePercent: number;
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

/** Ticks of all cores since boot: all, and those with something to do. */
async function machineTicks(): Promise<{ all: number; busy: number }> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softIrq;
  return { all: busy + idle + wait, busy };
}

interface Processes {
  tandem: TestTandem;
  workerPid: number;
  web: WebProcess;
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

/** Until every pair had a sample in which both nodes answered, or the time is over. */
async function warmUp(live: TestTandem['live'], instances: number): Promise<void> {
  const endMs = Date.now() + WARM_UP_MS;
  const seen = new Set<string>();
  while (seen.size < instances / 2 && Date.now() < endMs) {
    await delay(1_000);
    for (const { samples } of live.recent(Date.now() - 2_000))
      for (const s of samples) if (s.primary.reachable && s.standby.reachable) seen.add(s.pairId);
  }
  await delay(SETTLE_MS);
}

async function measure({ tandem, workerPid, web }: Processes, instances: number): Promise<Figures> {
  await warmUp(tandem.live, instances);
  const look = () => Promise.all([processFigures(workerPid), processFigures(web.pid), machineTicks()]);
  const before = await look();
  const stop = new AbortController();
  const latencies: number[] = [];
  const reading = web.readTicks((tick, arrivedAtMs) => {
    for (const { primary, standby } of tick.samples)
      latencies.push(arrivedAtMs - primary.takenAtMs, arrivedAtMs - standby.takenAtMs);
  }, stop.signal);
  await delay(seconds * 1_000);
  stop.abort();
  await reading;
  const after = await look();
  const percent = (ticks: number): number => (ticks / TICKS_PER_SECOND / seconds) * 100;
  return {
    instances,
    cpuPercent: percent(after[0].cpuTicks - before[0].cpuTicks),
    webCpuPercent: percent(after[1].cpuTicks - before[1].cpuTicks),
    machinePercent: ((after[2].busy - before[2].busy) / (after[2].all - before[2].all)) * 100,
    memoryMib: after[0].memoryMib,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    samplesPerSecond: latencies.length / seconds,
  };
}

const dir = await mkdtemp(path.join(tmpdir(), 'tandem-bench-'));
// Each stands for twenty servers, whose connections come to one sshd here.
const sshdConfig = ['MaxStartups 200'];
const lab = await startLab({
  dir,
  hosts: [
    { name: 'db1', sshdConfig },
    { name: 'db2', sshdConfig },
  ],
});
const tandem = await startTandem();
const web = await startWeb(tandem.environment);
try {
  // 200 kept sessions a node, and the fresh ones beside them.
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
    rows.push(await measure({ tandem, workerPid: worker.pid ?? 0, web }, size));
  }
  printTable(
    [
      'instances',
      'worker CPU % of a core',
      'memory MiB',
      'web CPU %',
      'p50 ms',
      'p99 ms',
      'samples/s',
      'machine full %',
    ],
    rows.map((r) => [
      r.instances,
      r.cpuPercent.toFixed(1),
      r.memoryMib.toFixed(0),
      r.webCpuPercent.toFixed(1),
      r.p50Ms.toFixed(0),
      r.p99Ms.toFixed(0),
      r.samplesPerSecond.toFixed(0),
      r.machinePercent.toFixed(0),
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
    samplesPerSecond400: last?.samplesPerSecond ?? Number.NaN,
    machinePercent400: last?.machinePercent ?? Number.NaN,
  });
} finally {
  await web.stop();
  await tandem.stop();
  await lab.stop();
  await rm(dir, { recursive: true, force: true });
}
