/**
 * `npm run guide -- --runtime debian|systemd|docker`: the manual guide from part 1 to 6 on fresh servers, typed
 * into Tandem's command line. Ends with 1 when a part fails or a promise is broken.
 */
import { parseArgs } from 'node:util';
import { printTable } from '#bench/report.ts';
import { GUIDE_RUNTIMES } from './guide-hosts.ts';
import { MANUAL_SECTIONS } from './manual-sections.ts';
import { runGuide, type GuidePart } from './run-guide.ts';

const { values } = parseArgs({ options: { runtime: { type: 'string', default: 'debian' } } });
const runtime = GUIDE_RUNTIMES.find((each) => each === values.runtime);
if (runtime === undefined) {
  process.stderr.write(`--runtime must be one of ${GUIDE_RUNTIMES.join(', ')}\n`);
  process.exit(2);
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const parts: GuidePart[] = [];

function tell(part: GuidePart): void {
  parts.push(part);
  say(`${part.title}: ${seconds(part.ms)}, ${part.result}`);
  for (const { words } of part.typed) say(`    tandem ${words.join(' ')}`);
}

try {
  say(`The manual guide on ${runtime} servers. The first start makes the image of the hosts.`);
  await runGuide(runtime, tell);
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
  process.exitCode = 1;
} finally {
  showCounts();
}
process.exit();

function showCounts(): void {
  say('\nTyped by hand, section by section of the guide:');
  printTable(
    ['section', 'typed', 'what'],
    Object.entries(MANUAL_SECTIONS).map(([number, s]) => [number, s.commands + s.passwords, s.title]),
  );
  say('\nPart by part:');
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const row = (p: GuidePart) => [p.title, p.byHand, p.typed.length, sum(p.typed.map((t) => t.values))];
  printTable(['part', 'by hand', 'commands of Tandem', 'values given'], parts.map(row));
  const values = sum(parts.flatMap((p) => p.typed.map((t) => t.values)));
  say(
    `\n${sum(parts.map((p) => p.byHand))} commands and passwords by hand; ${sum(parts.map((p) => p.typed.length))} commands of Tandem with ${values} values; ${seconds(sum(parts.map((p) => p.ms)))}.`,
  );
}
