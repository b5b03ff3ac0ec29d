import { defineConfig } from 'vitest/config';
import { LongestFirst } from './e2e/integration/platform/longest-first.ts';
import { notPossibleHere } from './e2e/lab/whole-hosts-only.ts';

const ignored = ['**/node_modules/**', '.next/**', '.state/**', '.lab/**', '.cache/**'];

/** They hold a deadline of the product, measure a time or watch the whole machine: one after the other. */
const timed = [
  'monitor-faults',
  'adopt-pair',
  'switchover-endings',
  'failover',
  'plain-runtime',
  'ssh-transport',
].map((name) => `e2e/integration/${name}.test.ts`);
/** Most of their time is a start gate's minute, a boot or a silent cable: two of them share the processors. */
const waiting = ['start-gate-debian', 'start-gate-systemd', 'docker-start-gate', 'clock-skew', 'chaos'].map(
  (name) => `e2e/containers/${name}.test.ts`,
);
const integration = {
  testTimeout: 120_000,
  hookTimeout: 180_000,
  setupFiles: ['e2e/integration/platform/no-leaks.ts'],
};

const containers = {
  ...integration,
  testTimeout: 240_000,
  hookTimeout: 900_000,
  globalSetup: ['e2e/lab/containers/prepare-images.ts'],
};

/**
 * `unit` does no I/O beyond temporary files; both kinds of integration use real servers. Most of those
 * wait for leases, ports and servers, so three files share two processors; the timed ones follow one by one.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{server,components,app,scripts,prisma,messages,bench}/**/*.test.{ts,tsx}'],
          exclude: ignored,
          testTimeout: 10_000,
        },
      },
      {
        test: {
          ...integration,
          name: 'integration',
          include: ['e2e/**/*.test.ts'],
          exclude: [...ignored, 'e2e/browser/**', 'e2e/containers/**', ...timed, ...notPossibleHere()],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...integration,
          name: 'integration-timed',
          include: timed,
          exclude: [...ignored, ...notPossibleHere()],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...containers,
          name: 'containers',
          include: ['e2e/containers/**/*.test.ts'],
          exclude: [...ignored, ...waiting],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...containers,
          name: 'containers-waiting',
          include: waiting,
          exclude: ignored,
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
