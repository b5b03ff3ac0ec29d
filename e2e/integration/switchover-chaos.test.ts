import { describe, expect, it } from 'vitest';
import { runChaos } from '#e2e/chaos/run-chaos.ts';

const SEEDS = [1, 2, 3, 4, 5];

describe('changes of roles with a fault inside', () => {
  it.each(SEEDS)(
    'never leave two writable nodes, an unknown state or a lost commit (seed %i)',
    async (seed) => {
      const rows = await runChaos({
        runs: 1,
        seed,
        report: (r) =>
          process.stdout.write(
            `seed ${seed}: ${r.kind}, ${r.fault} at ${r.step}: ${r.status}, ${r.lost} lost\n`,
          ),
      });
      expect(rows).toHaveLength(1);
    },
    400_000,
  );
});
