import { expect, it } from 'vitest';
import { runGuide } from '#e2e/guide/run-guide.ts';

it.each(['debian', 'docker'] as const)(
  'does the manual guide from part 1 to 6 on %s servers with less than half of what is typed by hand',
  { timeout: 900_000 },
  async (runtime) => {
    const parts = await runGuide(runtime, (part) =>
      process.stdout.write(`${part.title}: ${Math.round(part.ms)} ms, ${part.result}\n`),
    );
    const byHand = parts.reduce((sum, part) => sum + part.byHand, 0);
    const typed = parts.reduce((sum, part) => sum + part.typed.length, 0);
    process.stdout.write(`${runtime}: ${byHand} by hand, ${typed} commands of Tandem\n`);
    expect(typed).toBeLessThan(byHand / 2);
  },
);
