import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProcessPair } from '#e2e/chaos/open-process-pair.ts';
import { Random } from '#e2e/chaos/random.ts';
import { openChaos, type Chaos } from '#e2e/chaos/run-chaos.ts';

const SEEDS = [1, 2, 3, 4, 5];
let chaos: Chaos;

beforeAll(async () => {
  chaos = await openChaos(openProcessPair);
});
afterAll(async () => {
  await chaos?.stop();
});

describe('changes of roles with a fault inside', () => {
  it.each(SEEDS)(
    'never leave two writable nodes, an unknown state or a lost commit (seed %i)',
    async (seed) => {
      const row = await chaos.run(new Random(seed), seed, 1);
      process.stdout.write(
        `seed ${seed}: ${row.kind}, ${row.fault} at ${row.step}: ${row.status}, ${row.lost} lost\n`,
      );
      expect(['succeeded', 'undone', 'closed']).toContain(row.status);
    },
    400_000,
  );
});
