import {
  ENCRYPT_WAYS,
  GATE_WAYS,
  PREPARE_WAYS,
  REJOIN_WAYS,
  seenOf,
  type Assessment,
  type ChangeKind,
  type ChangeWay,
} from '#server/domain/assessment.ts';
import { askToStart, CONFIRM_OPTIONS, type Demand } from '../ask-to-start.ts';
import { print, type Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findPair } from '../find.ts';
import { isSet, numberOf, textOf, textsOf, usage, type Options } from '../options.ts';
import {
  CERTIFICATE_OPTIONS,
  certificateFiles,
  certificatesFor,
  checkCertificates,
} from '../own-certificates.ts';
import { reportOperation } from '../report-operation.ts';
import { assessmentJson, assessmentLines } from '../shapes/assessment-json.ts';

const LOOK_DEADLINE_MS = 30_000;
const POLL_MS = 300;

const START_OPTIONS = [
  ['--plan-only', 'show conditions, plan and forecast; start nothing'],
  ...CONFIRM_OPTIONS,
  YES_OPTION,
  ['--key <text>', 'idempotency key: the same key lands on the run that has it'],
  ...FOLLOW_OPTIONS,
] as const;

const LIMIT_OPTIONS = [
  ['--outage-limit <seconds>', 'undo when writes are not possible again after so long (default 30)'],
  [
    '--sync-while-alone <keep|release>',
    'synchronous pair: whether commits wait for the old node (default keep)',
  ],
] as const;

const ACCEPT_FLAGS = [
  ['--accept-loss', 'accept the loss that is shown'],
  ['--accept-unproven', 'accept that nobody has proved that the old primary is stopped'],
] as const;

/** Codes of the sentences that these flags stand for. */
const TICK_OF_FLAG = { acceptLoss: 'accept-loss', acceptUnproven: 'accept-unproven' } as const;

/** Changes of roles: the same looks, gates and confirmations as on the page. */
export const CHANGE_COMMANDS: readonly CommandRow[] = [
  {
    words: 'switchover',
    args: ['<pair>'],
    summary: 'make the standby the primary, planned and without loss',
    options: [...LIMIT_OPTIONS, ...START_OPTIONS],
    run: (cli, [name = ''], options) => change(cli, 'switchover', name, options),
  },
  {
    words: 'failover',
    args: ['<pair>'],
    summary: 'make the standby the primary because the primary is lost',
    options: [...ACCEPT_FLAGS, ...START_OPTIONS],
    run: (cli, [name = ''], options) => change(cli, 'failover', name, options),
  },
  {
    words: 'rejoin',
    args: ['<pair>'],
    summary: 'bring the old primary back as the standby',
    options: [
      ['--way <way>', `${REJOIN_WAYS.join(', ')} (default: the cheapest safe one)`],
      ...START_OPTIONS,
    ],
    run: (cli, [name = ''], options) => change(cli, 'rejoin', name, options),
  },
  {
    words: 'prepare',
    args: ['<pair>'],
    summary: 'give a pair that was taken over what changes of roles need, and mend mistakes of its making',
    options: [['--way <way>', `${PREPARE_WAYS.join(', ')} (default: ${PREPARE_WAYS[0]})`], ...START_OPTIONS],
    run: (cli, [name = ''], options) => change(cli, 'prepare', name, options),
  },
  {
    words: 'pair gate',
    args: ['<pair>'],
    summary: 'lay a gate before each start of both servers that asks the other one who is primary',
    options: [['--way <way>', `${GATE_WAYS.join(', ')} (default: ${GATE_WAYS[0]})`], ...START_OPTIONS],
    run: (cli, [name = ''], options) => change(cli, 'start-gate', name, options),
  },
  {
    words: 'pair open',
    args: ['<pair>'],
    summary: 'open a primary that its start gate holds read-only while nobody else is primary',
    options: START_OPTIONS,
    run: (cli, [name = ''], options) => change(cli, 'open-primary', name, options),
  },
  {
    words: 'pair pause',
    args: ['<pair>'],
    summary: 'pause replay on the standby: it goes on receiving, its data stay as they are',
    options: START_OPTIONS,
    run: (cli, [name = ''], options) => change(cli, 'pause-replay', name, options),
  },
  {
    words: 'pair resume',
    args: ['<pair>'],
    summary: 'let replay on the standby go on',
    options: START_OPTIONS,
    run: (cli, [name = ''], options) => change(cli, 'resume-replay', name, options),
  },
  {
    words: 'pair encrypt',
    args: ['<pair>'],
    summary: 'encrypt replication with an authority of the pair or certificates of your own, or renew them',
    options: [
      [
        '--way <way>',
        `${ENCRYPT_WAYS.join(', ')} (default: as it is, else ${ENCRYPT_WAYS[0]}; the files below mean your own)`,
      ],
      ...CERTIFICATE_OPTIONS,
      ...START_OPTIONS,
    ],
    run: (cli, [name = ''], options) => change(cli, 'encrypt', name, options),
  },
  {
    words: 'pair detach',
    args: ['<pair>'],
    summary: 'stop the standby and keep nothing for it; the pair stays known',
    options: START_OPTIONS,
    run: (cli, [name = ''], options) => change(cli, 'detach', name, options),
  },
  {
    words: 'pair attach',
    args: ['<pair>'],
    summary: 'let a detached standby follow again, the cheapest way that is left',
    options: [
      ['--way <way>', `${REJOIN_WAYS.join(', ')} (default: the cheapest safe one)`],
      ...START_OPTIONS,
    ],
    run: (cli, [name = ''], options) => change(cli, 'attach', name, options),
  },
  {
    words: 'rehearse',
    args: ['<pair>'],
    summary: 'run everything of a switchover short of changing anything, and keep the result',
    options: FOLLOW_OPTIONS,
    run: async (cli, [name = ''], options) => {
      const { id } = await findPair(cli.api, name);
      // A rehearsal goes through what the newest look would start.
      await look(cli, id, 'switchover', null);
      return reportOperation(cli, await cli.api.change.rehearse.mutate({ pairId: id }), options);
    },
  },
];

async function change(cli: Cli, kind: ChangeKind, name: string, options: Options): Promise<ExitCode> {
  const files = kind === 'encrypt' ? await certificateFiles(options) : null;
  const way = files === null ? wayOf(kind, options) : 'own-certificates';
  const syncWhileAlone = syncOf(options);
  const limitS = numberOf(options, 'outageLimit', { min: 2, max: 3_600, default: 30 });
  const { id: pairId } = await findPair(cli.api, name);
  const shown = await look(cli, pairId, kind, way);
  for (const line of assessmentLines(shown)) cli.terminal.err(line);
  requireStartable(shown);
  const certificates = certificatesFor(shown, files);
  if (certificates !== null) await checkCertificates(cli, shown, certificates);
  if (isSet(options, 'planOnly')) {
    print(cli, assessmentJson(shown), ['Only shown; nothing was started.']);
    return EXIT.ok;
  }
  const given = await askToStart(cli, demandOf(shown), withAcceptFlags(options));
  const operationId = await cli.api.change.start.mutate({
    pairId,
    kind,
    way: shown.chosenWay,
    seen: seenOf(shown),
    ...given,
    outageLimitMs: limitS * 1_000,
    syncWhileAlone,
    certificates,
    idempotencyKey: textOf(options, 'key') ?? cli.terminal.newKey(),
  });
  return reportOperation(cli, operationId, options);
}

/** The newest look; the worker takes one within seconds after somebody asked. */
async function look(cli: Cli, pairId: string, kind: ChangeKind, way: ChangeWay | null): Promise<Assessment> {
  const deadline = cli.terminal.nowMs() + LOOK_DEADLINE_MS;
  while (cli.terminal.nowMs() < deadline) {
    const { assessment, fresh } = await cli.api.change.assess.query({ pairId, kind, way });
    const chosen = way === null || assessment?.chosenWay === way;
    if (assessment !== null && fresh && chosen) return assessment;
    await cli.terminal.sleep(POLL_MS);
  }
  throw new CliError(EXIT.unreachable, {
    code: 'NOT_LOOKED_AT',
    message: 'the worker has not looked at the pair within 30 s',
    hint: 'Look whether the worker of Tandem runs.',
  });
}

function requireStartable(a: Assessment): void {
  const shut = a.gates.filter((gate) => gate.state === 'blocking' || gate.state === 'unknown');
  const facts = { assessment: assessmentJson(a) };
  if (a.runningOperationId !== null) {
    throw new CliError(EXIT.refused, {
      code: 'OPERATION_ALREADY_RUNNING',
      message: `the run ${a.runningOperationId} works on this pair`,
      hint: `Watch it: npx tandem operation follow ${a.runningOperationId}`,
      facts,
    });
  }
  if (shut.length === 0 && a.plan !== null && a.refusal === null) return;
  throw new CliError(EXIT.refused, {
    code: 'GATE_FAILED',
    message: a.refusal?.en ?? (shut.map((gate) => gate.title.en).join('; ') || 'there is no plan for this'),
    detail: shut.map((gate) => `${gate.title.en}: ${gate.detail.en}`).join('\n') || undefined,
    hint: shut.flatMap((gate) => (gate.fix === null ? [] : [gate.fix.en])).join(' ') || undefined,
    facts,
  });
}

function demandOf({ confirmation }: Assessment): Demand {
  return {
    word: confirmation.word?.text ?? null,
    ticks: confirmation.ticks.map((tick) => ({ code: tick.code, text: tick.text.en })),
    reasonRequired: confirmation.reasonRequired,
  };
}

function withAcceptFlags(options: Options): Options {
  const flags = (['acceptLoss', 'acceptUnproven'] as const).filter((flag) => isSet(options, flag));
  return { ...options, accept: [...textsOf(options, 'accept'), ...flags.map((flag) => TICK_OF_FLAG[flag])] };
}

const WAYS_OF: Partial<Record<ChangeKind, readonly ChangeWay[]>> = {
  'start-gate': GATE_WAYS,
  prepare: PREPARE_WAYS,
  encrypt: ENCRYPT_WAYS,
};

function wayOf(kind: ChangeKind, options: Options): ChangeWay | null {
  const given = textOf(options, 'way');
  const possible: readonly ChangeWay[] = WAYS_OF[kind] ?? REJOIN_WAYS;
  const way = possible.find((each) => each === given);
  if (given === null || way !== undefined) return way ?? null;
  throw usage(`--way must be one of ${possible.join(', ')}`);
}

function syncOf(options: Options): 'keep' | 'release' {
  const given = textOf(options, 'syncWhileAlone') ?? 'keep';
  if (given === 'keep' || given === 'release') return given;
  throw usage('--sync-while-alone must be keep or release');
}
