import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '.next/**', '.state/**', '.lab/**', '.cache/**'];

/** Two projects: `unit` does no I/O beyond temporary files, `integration` uses real servers. */
export default defineConfig({
  test: {
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
          name: 'integration',
          include: ['e2e/**/*.test.ts'],
          exclude: [...ignored, 'e2e/browser/**', 'e2e/containers/**'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Practice hosts take ports, namespaces and processor time: one file after the other.
          fileParallelism: false,
        },
      },
    ],
  },
});
