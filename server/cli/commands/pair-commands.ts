import { runbookMarkdown } from '#server/domain/runbook/render-runbook.ts';
import type { PairView } from '#server/services/services.ts';
import { print, type Cli } from '../cli.ts';
import type { CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findPair } from '../find.ts';
import { numberOf, textOf, usage } from '../options.ts';
import { pairJson, type PairJson } from '../shapes/pair-json.ts';
import { table } from '../table.ts';
import { bytes, duration } from '../units.ts';

const delay = (pair: PairJson): string =>
  pair.delaySeconds === null ? '?' : duration(pair.delaySeconds * 1_000);

const age = (pair: PairJson): string =>
  pair.sampleAgeMs === null ? 'no sample' : duration(pair.sampleAgeMs);

const view = (cli: Cli, pair: PairView): PairJson => pairJson(pair, cli.terminal.nowMs());

/** Looking at pairs. */
export const PAIR_COMMANDS: readonly CommandRow[] = [
  {
    words: 'pair list',
    args: [],
    summary: 'all pairs with their state',
    options: [],
    run: async (cli) => {
      const pairs = (await cli.api.pair.list.query()).map((pair) => view(cli, pair));
      const rows = pairs.map((p) => [
        p.name,
        p.state ?? 'unknown',
        p.primary.server,
        p.standby.server,
        bytes(p.notReceivedBytes),
        delay(p),
        p.readiness.state,
        age(p),
      ]);
      const header = ['NAME', 'STATE', 'PRIMARY', 'STANDBY', 'NOT RECEIVED', 'DELAY', 'READY', 'AGE'];
      print(cli, pairs, table(header, rows));
      return EXIT.ok;
    },
  },
  {
    words: 'pair show',
    args: ['<pair>'],
    summary: 'one pair: roles, distances, readiness',
    options: [],
    run: async (cli, [name = '']) => {
      const pair = view(cli, await findPair(cli.api, name));
      print(cli, pair, showLines(pair));
      return EXIT.ok;
    },
  },
  {
    words: 'pair runbook',
    args: ['<pair>'],
    summary: 'what to do by hand when Tandem is gone, with the names of this pair (Markdown)',
    options: [['--language <en|de>', 'default en']],
    run: async (cli, [name = ''], options) => {
      const language = textOf(options, 'language') ?? 'en';
      if (language !== 'en' && language !== 'de') throw usage('--language must be en or de');
      const { id } = await findPair(cli.api, name);
      const { pairName, blocks } = await cli.api.pair.runbook.query({ id });
      print(cli, { pair: pairName, blocks }, [runbookMarkdown(blocks, language)]);
      return EXIT.ok;
    },
  },
  {
    words: 'pair watch',
    args: ['<pair>'],
    summary: 'one line per second until Ctrl-C (with --json one document per line)',
    options: [
      ['--interval <seconds>', 'pause between lines (default 1)'],
      ['--count <lines>', 'stop after so many lines'],
    ],
    run: async (cli, [name = ''], options) => {
      const intervalMs = 1_000 * numberOf(options, 'interval', { min: 1, max: 3_600, default: 1 });
      const count = numberOf(options, 'count', { min: 1, max: 1_000_000_000, default: 1_000_000_000 });
      const { id } = await findPair(cli.api, name);
      for (let n = 1; ; n += 1) {
        const pair = view(cli, await cli.api.pair.get.query({ id }));
        cli.terminal.out(cli.json ? JSON.stringify(pair) : watchLine(pair, cli.terminal.nowMs()));
        if (n >= count) return EXIT.ok;
        const stopped = await cli.terminal.sleep(intervalMs).then(
          () => false,
          () => true,
        );
        if (stopped) return EXIT.ok;
      }
    },
  },
];

function watchLine(p: PairJson, nowMs: number): string {
  const clock = new Date(nowMs).toISOString().slice(11, 19);
  const distances = `not received ${bytes(p.notReceivedBytes)}, not replayed ${bytes(p.notReplayedBytes)}, delay ${delay(p)}`;
  return `${clock}Z  ${p.state ?? 'unknown'}  ${p.primary.server} → ${p.standby.server}  ${distances}  (${age(p)} old)`;
}

const CERTIFICATES_OF = {
  pair: 'by the authority of the pair',
  own: 'by certificates of your own: new ones are yours to give',
} as const;

function showLines(p: PairJson): string[] {
  const node = (n: PairJson['primary']) =>
    `${n.server} (${n.host}:${n.port}, PostgreSQL ${n.version}) ${n.reachable === false ? `does not answer: ${n.problem ?? ''}` : ''}`;
  return [
    `${p.name} (${p.environment}, ${p.mode}, epoch ${p.epoch})`,
    `  state         ${p.state ?? 'unknown'} (${p.severity})${p.since === null ? '' : ` since ${p.since}`}`,
    `  primary       ${node(p.primary)}`.trimEnd(),
    `  standby       ${node(p.standby)}`.trimEnd(),
    `  not received  ${bytes(p.notReceivedBytes)}`,
    `  not replayed  ${bytes(p.notReplayedBytes)}`,
    `  delay         ${delay(p)}`,
    `  sample        ${age(p)} old`,
    `  readiness     ${p.readiness.state}`,
    ...p.readiness.reasons.map((reason) => `                ${reason}`),
    ...(p.mustRejoin === null ? [] : [`  must rejoin   ${p.mustRejoin}`]),
    ...(p.detachedSince === null ? [] : [`  detached      since ${p.detachedSince}`]),
    ...(p.encryptedUntil === null
      ? []
      : [`  encrypted     until ${p.encryptedUntil}, ${CERTIFICATES_OF[p.certificatesOf ?? 'pair']}`]),
    ...(p.startGateMissing === null
      ? []
      : [`  start gate    ${p.startGateMissing} was chosen and is not laid: npx tandem pair gate ${p.name}`]),
    ...(p.pendingFence === null ? [] : [`  fence pending ${p.pendingFence}`]),
    ...(p.runningOperationId === null ? [] : [`  run           ${p.runningOperationId}`]),
  ];
}
