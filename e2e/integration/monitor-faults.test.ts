import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosisCode, PairSample } from '#server/domain/pair-sample.ts';
import type { LabPair } from '#e2e/lab/processes/create-replicating-pair.ts';
import { cutHost, cutUnavailableReason } from '#e2e/lab/processes/lab-network.ts';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { until } from './platform/until.ts';
import { adoptLabPair } from './tandem/adopt.ts';
import { startTandem, type TestTandem } from './tandem/start-tandem.ts';

/** From the fault to the diagnosis as a browser gets it. */
const SHOWN_WITHIN_MS = 5_000;
/** A silence of 2 s, seen twice, after the first tick that sees the write. */
const SILENCE_SHOWN_WITHIN_MS = 8_000;
/** A report every 10 s, its grace, two ticks; PostgreSQL itself says it after 60 s. */
const IDLE_SILENCE_SHOWN_WITHIN_MS = 20_000;
const HEALED_WITHIN_MS = 20_000;

const CANNOT_CUT = (await cutUnavailableReason()) !== null;

let dir: string;
let lab: Lab;
let pair: LabPair;
let tandem: TestTandem;
let worker: ChildProcess;
let pairId: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tandem-monitor-'));
  [lab, tandem] = await Promise.all([
    startLab({ dir, hosts: [{ name: 'db1' }, { name: 'db2' }] }),
    startTandem(),
  ]);
  pair = await lab.createReplicatingPair('db1', 'db2', { shopDatabaseMb: 5 });
  worker = await tandem.startWorker();
  const [serverId] = await Promise.all([tandem.addServer(lab, 'db1'), tandem.addServer(lab, 'db2')]);
  pairId = (await adoptLabPair(tandem, pair, serverId, 'shop')).pair.id;
  await untilDiagnosed('healthy', HEALED_WITHIN_MS);
});
afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
  await rm(dir, { recursive: true, force: true });
});

const samplesSince = (ms: number): PairSample[] =>
  tandem.live
    .recent(ms)
    .flatMap((tick) => tick.samples)
    .filter((s) => s.pairId === pairId);
const newest = (): PairSample | undefined => samplesSince(Date.now() - 10_000).at(-1);

/** Waits for a diagnosis on the live stream and answers with the sample that brought it. */
async function untilDiagnosed(code: DiagnosisCode, withinMs: number): Promise<PairSample> {
  const from = performance.now();
  const sinceMs = Date.now();
  const sample = await until(`${code} (now ${newest()?.diagnosis.code})`, withinMs, () =>
    samplesSince(sinceMs).find((s) => s.diagnosis.code === code),
  ).catch((cause: unknown) => {
    const seen = samplesSince(sinceMs).map((s) => [s.diagnosis.code, s.primary, s.standby]);
    throw new Error(JSON.stringify(seen, null, 1).slice(-6_000), { cause });
  });
  process.stdout.write(`${code}: shown after ${Math.round(performance.now() - from)} ms\n`);
  return sample;
}

interface Fault {
  name: string;
  cause: () => Promise<void>;
  end: () => Promise<void>;
  code: DiagnosisCode;
  needsCut?: boolean;
}

const faults: Fault[] = [
  {
    name: 'PostgreSQL stopped on the primary',
    cause: () => pair.primary.stop(),
    end: () => pair.primary.start(),
    code: 'primary-down',
  },
  {
    name: 'PostgreSQL killed on the primary',
    cause: () => pair.primary.kill(),
    end: () => pair.primary.start(),
    code: 'primary-down',
  },
  {
    name: 'PostgreSQL stopped on the standby',
    cause: () => pair.standby.stop(),
    end: () => pair.standby.start(),
    code: 'standby-down',
  },
  {
    name: 'the postmaster of the primary frozen, its sessions alive',
    cause: () => pair.primary.freezePostmaster(),
    end: () => pair.primary.thaw(),
    code: 'primary-not-answering',
  },
  {
    name: 'every process of the primary frozen',
    cause: () => pair.primary.freezeAll(),
    end: () => pair.primary.thaw(),
    code: 'primary-not-answering',
  },
  {
    name: "the standby's host cut off",
    cause: () => lab.host('db2').cutNetwork('both'),
    end: () => lab.host('db2').restoreNetwork(),
    code: 'standby-unreachable',
    needsCut: true,
  },
  {
    name: "the primary's host cut off from Tandem alone",
    cause: () => cutFromTandem('db1'),
    end: () => lab.host('db1').restoreNetwork(),
    code: 'primary-unreachable-by-us',
    needsCut: true,
  },
  {
    name: "sshd and its sessions killed on the primary's host",
    cause: () => lab.host('db1').ssh.kill(),
    end: () => lab.host('db1').ssh.start(),
    code: 'primary-unreachable-by-us',
  },
  {
    name: 'both hosts cut off from Tandem',
    cause: async () => {
      await cutFromTandem('db1');
      await cutFromTandem('db2');
    },
    end: async () => {
      await lab.host('db1').restoreNetwork();
      await lab.host('db2').restoreNetwork();
    },
    code: 'both-unreachable',
    needsCut: true,
  },
];

const write = (name: string): Promise<string> =>
  pair.primary.sql(`INSERT INTO customers (name, email) VALUES ('${name}', '${name}@shop.example')`, 'shop');

/** Drops everything between a host and Tandem; the hosts go on reaching each other. */
const cutFromTandem = (name: string): Promise<void> =>
  cutHost(lab.host(name).pid, 'both', lab.network.gateway);

describe('the monitor', () => {
  afterEach(() => untilDiagnosed('healthy', HEALED_WITHIN_MS));

  for (const fault of faults) {
    it.skipIf(fault.needsCut === true && CANNOT_CUT)(
      `shows ${fault.code} within 5 s and heals by itself: ${fault.name}`,
      async () => {
        const epoch = newest()?.epoch;
        await fault.cause();
        try {
          const sample = await untilDiagnosed(fault.code, SHOWN_WITHIN_MS);
          expect(sample.epoch).toBe(epoch);
          expect(sample.diagnosis.evidence.length).toBeGreaterThan(0);
        } finally {
          await fault.end();
        }
      },
    );
  }

  it.skipIf(CANNOT_CUT)(
    'shows a cut link between the hosts long before both ends notice it after a minute',
    async () => {
      await lab.host('db1').cutNetwork('both', lab.host('db2'));
      try {
        // On an idle pair silence is normal for a while.
        await write('cut');
        await untilDiagnosed('standby-not-streaming', SILENCE_SHOWN_WITHIN_MS);
      } finally {
        await lab.host('db1').restoreNetwork();
      }
    },
  );

  it.skipIf(CANNOT_CUT)(
    'shows a cut link of an idle pair when the report of the standby is overdue',
    async () => {
      await lab.host('db1').cutNetwork('both', lab.host('db2'));
      try {
        await untilDiagnosed('standby-not-streaming', IDLE_SILENCE_SHOWN_WITHIN_MS);
      } finally {
        await lab.host('db1').restoreNetwork();
      }
    },
  );

  it.skipIf(CANNOT_CUT)(
    'shows 0 s of lag on an idle pair, and a growing one while the link is cut and the primary writes',
    async () => {
      const idle = await until('an idle tick', 10_000, () => newest()?.lag.seconds === 0 && newest());
      expect(idle).toMatchObject({ lag: { seconds: 0, notReceivedBytes: 0, notReplayedBytes: 0 } });
      await lab.host('db1').cutNetwork('both', lab.host('db2'));
      try {
        await write('lag');
        const first = await until('a lag', 10_000, () => {
          const s = newest();
          return (s?.lag.seconds ?? 0) >= 1 ? s : null;
        });
        const later = await until('a larger lag', 10_000, () => {
          const s = newest();
          return (s?.lag.seconds ?? 0) >= (first.lag.seconds ?? 0) + 2 ? s : null;
        });
        expect(later.lag.notReceivedBytes).toBeGreaterThan(0);
        // Grows like time itself.
        const grown = (later.lag.seconds ?? 0) - (first.lag.seconds ?? 0);
        expect(Math.abs(grown - (later.primary.takenAtMs - first.primary.takenAtMs) / 1_000)).toBeLessThan(
          0.5,
        );
      } finally {
        await lab.host('db1').restoreNetwork();
      }
    },
  );

  it('goes on after its worker was killed and started again', async () => {
    worker.kill('SIGKILL');
    const killedAtMs = Date.now();
    worker = await tandem.startWorker();
    await until('samples come again', 15_000, () => samplesSince(killedAtMs + 1_500).length > 0);
  });
});
