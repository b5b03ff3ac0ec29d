import { expect, it } from 'vitest';
import { runGuide } from '#e2e/guide/run-guide.ts';

it('does the manual guide from part 1 to 6 on Debian servers with less than half of what is typed by hand', async () => {
  const parts = await runGuide('debian', (part) =>
    process.stdout.write(`${part.title}: ${Math.round(part.ms)} ms, ${part.result}\n`),
  );
  const byHand = parts.reduce((sum, part) => sum + part.byHand, 0);
  const typed = parts.reduce((sum, part) => sum + part.typed.length, 0);
  process.stdout.write(`${byHand} by hand, ${typed} commands of Tandem\n`);
  expect(typed).toBeLessThan(byHand / 2);
});
