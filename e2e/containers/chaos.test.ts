import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openServerPair } from '#e2e/chaos/open-server-pair.ts';
import { Random } from '#e2e/chaos/random.ts';
import { openChaos, type Chaos } from '#e2e/chaos/run-chaos.ts';
import { tellLastRuns } from '#e2e/integration/tandem/tell-last-runs.ts';

// Each draws a reboot or a loss of power. More of them: npm run chaos -- --lab=containers.
const SEEDS = [10, 54];
const OPEN_MS = 400_000;
const RUN_MS = 600_000;
let chaos: Chaos;

beforeAll(async () => {
  chaos = await openChaos(openServerPair);
}, OPEN_MS);
afterAll(async () => {
  await chaos?.stop();
});
afterEach(({ task }) => tellLastRuns(chaos.tandem, task));

describe('changes of roles on servers that reboot and lose their power', () => {
  it.each(SEEDS)(
    'never leave two writable nodes, an unknown state or a lost commit (seed %i)',
    async (seed) => {
      const row = await chaos.run(new Random(seed), seed, 1);
      process.stdout.write(
        `seed ${seed}: ${row.kind}, ${row.fault} at ${row.step}: ${row.status}, ${row.lost} lost\n`,
      );
      expect(['succeeded', 'undone', 'closed']).toContain(row.status);
    },
    RUN_MS,
  );
});
