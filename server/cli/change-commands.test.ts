import { describe, expect, it } from 'vitest';
import type { Assessment } from '#server/domain/assessment.ts';
import type { GateResult } from '#server/domain/plan.ts';
import { commandTable } from './command-table.ts';
import { EXIT } from './exit-codes.ts';
import { runCli } from './run-cli.ts';
import type { Terminal } from './terminal.ts';
import { fakeApi, operationView, pairView, planOf, type FakeWorld } from './testing/fake-api.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

const TABLE = commandTable({}, () => new URL('http://127.0.0.1:7600'));
const text = (words: string) => ({ en: words, de: words });

function gate(state: GateResult['state']): GateResult {
  return {
    code: 'replay-backlog',
    state,
    server: 'db2',
    title: text('Replay backlog small'),
    detail: text('2 GiB, at most 64 MiB'),
    fix: text('Wait until db2 has replayed.'),
    measuredAtMs: 1_800_000_000_000,
  };
}

function assessment(o: Partial<Assessment> = {}): Assessment {
  return {
    id: 'a1',
    pairId: 'p-shop',
    kind: 'failover',
    epoch: 1,
    takenAtMs: 1_800_000_000_000,
    oldPrimary: 'db1',
    newPrimary: 'db2',
    readiness: 'ready',
    gates: [gate('ok')],
    plan: planOf('failover'),
    refusal: null,
    outage: { expectedMs: 300, atMostMs: 900, runs: 0, basis: text('no history yet') },
    loss: null,
    diagnosis: null,
    ways: [],
    chosenWay: null,
    warnings: [],
    confirmation: {
      word: { text: 'shop', of: 'pair' },
      ticks: [
        { code: 'accept-loss', text: text('I accept losing up to 9.8 MiB.') },
        { code: 'accept-unproven', text: text('db1 is powered off. I checked it.') },
      ],
      reasonRequired: true,
    },
    runningOperationId: null,
    ...o,
  };
}

async function run(
  words: string[],
  o: { shown?: Assessment; person?: Partial<Terminal>; world?: FakeWorld } = {},
) {
  const started: Record<string, unknown>[] = [];
  const api = fakeApi({
    pairs: [pairView('shop')],
    operations: [operationView('succeeded')],
    answers: {
      'change.assess': async () => ({ assessment: o.shown ?? assessment(), fresh: true }),
      'change.start': async (input: Record<string, unknown>) => {
        started.push(input);
        return 'o1';
      },
    },
    ...o.world,
  });
  const terminal = fakeTerminal(o.person);
  const code = await runCli({ words, commands: TABLE, connect: async () => api, terminal });
  return { code, started, out: terminal.lines.join('\n'), err: terminal.complaints.join('\n') };
}

const COMPLETE = ['--confirm', 'shop', '--accept-loss', '--accept-unproven', '--reason', 'db1 burnt'];

describe('a change of roles', () => {
  it('starts exactly what was shown, with what was typed, ticked and said', async () => {
    const { code, started } = await run(['failover', 'shop', ...COMPLETE]);
    expect(code).toBe(EXIT.ok);
    expect(started).toEqual([
      expect.objectContaining({
        pairId: 'p-shop',
        kind: 'failover',
        seen: expect.objectContaining({ epoch: 1, planHash: 'hash' }),
        confirmation: 'shop',
        ticks: ['accept-loss', 'accept-unproven'],
        reason: 'db1 burnt',
        idempotencyKey: 'key',
      }),
    ]);
  });

  it.each([
    ['a text', ['--confirm', 'shop'], '--confirm "shop"'],
    ['the right text', ['--confirm', 'shop'], '--confirm "shop"', ['--confirm', 'shoop']],
    ['the loss', ['--accept-loss'], '--accept accept-loss'],
    ['the missing proof', ['--accept-unproven'], '--accept accept-unproven'],
    ['a reason', ['--reason', 'db1 burnt'], '--reason'],
  ])('takes --yes for no confirmation of %s', async (_what, left, named, instead: string[] = []) => {
    const rest = COMPLETE.filter((word) => !left.includes(word));
    const { code, started, err } = await run(['failover', 'shop', '--yes', ...rest, ...instead]);
    expect({ code, started }).toEqual({ code: EXIT.confirmation, started: [] });
    expect(err).toContain(named);
  });

  it('shows conditions, plan with the line of no return, and forecast before it asks', async () => {
    const { err } = await run(['failover', 'shop', ...COMPLETE]);
    const order = [
      'ok       Replay backlog small',
      '1. Do first',
      'no cancel from here',
      '2. Do second',
      'Expected outage: 300 ms',
    ];
    expect(order.map((line) => err.indexOf(line))).toEqual(
      order.map((line) => err.indexOf(line)).toSorted((a, b) => a - b),
    );
    for (const line of order) expect(err).toContain(line);
  });

  it.each(['blocking', 'unknown'] as const)(
    'refuses when a gate is %s, and says what would help',
    async (state) => {
      const shown = assessment({ gates: [gate(state)] });
      const { code, started, out } = await run(['failover', 'shop', ...COMPLETE, '--json'], { shown });
      expect({ code, started }).toEqual({ code: EXIT.refused, started: [] });
      expect(JSON.parse(out)).toMatchObject({
        error: { code: 'GATE_FAILED', hint: 'Wait until db2 has replayed.' },
        assessment: { gates: [{ code: 'replay-backlog', state }] },
      });
    },
  );

  it('leads to the run that works on the pair already', async () => {
    const shown = assessment({ runningOperationId: 'o7' });
    const { code, err } = await run(['failover', 'shop', ...COMPLETE], { shown });
    expect(code).toBe(EXIT.refused);
    expect(err).toContain('npx tandem operation follow o7');
  });

  it('asks a person for each part, and nobody with --json', async () => {
    const answers = ['db1 burnt', 'y', 'y', 'shop'];
    const person = { interactive: true, ask: async () => answers.shift() ?? null };
    expect((await run(['failover', 'shop'], { person })).started).toHaveLength(1);
    const silent = { interactive: true, ask: () => Promise.reject(new Error('asked')) };
    expect((await run(['failover', 'shop', '--json'], { person: silent })).code).toBe(EXIT.confirmation);
  });

  it('needs a yes where the page shows only a button', async () => {
    const shown = assessment({ confirmation: { word: null, ticks: [], reasonRequired: false } });
    expect((await run(['switchover', 'shop'], { shown })).code).toBe(EXIT.confirmation);
    expect((await run(['switchover', 'shop', '--yes'], { shown })).code).toBe(EXIT.ok);
  });

  it('shows the plan alone on request', async () => {
    const { code, started, out } = await run(['switchover', 'shop', '--plan-only', '--json']);
    expect({ code, started }).toEqual({ code: EXIT.ok, started: [] });
    expect(JSON.parse(out)).toMatchObject({ plan: { pointOfNoReturn: 1 }, confirmation: { word: 'shop' } });
  });

  it('waits for a fresh look and says when nobody looks', async () => {
    const world = { answers: { 'change.assess': async () => ({ assessment: assessment(), fresh: false }) } };
    const { code, err } = await run(['switchover', 'shop', '--yes'], { world });
    expect(code).toBe(EXIT.unreachable);
    expect(err).toContain('has not looked at the pair');
  });

  it('says of a step that failed what was seen, and what to do', async () => {
    const problem = {
      code: 'GATE_FAILED' as const,
      message: 'The chosen way is possible',
      detail: 'there is nothing to rewind',
      hint: 'Look again.',
    };
    const at = { attempt: 1, startedAtMs: 0, finishedAtMs: 2_500, fact: null, progress: null };
    const ended = {
      ...operationView('undone'),
      steps: [{ name: 'first', state: 'failed' as const, ...at, problem }],
    };
    const { err } = await run(['failover', 'shop', ...COMPLETE], { world: { operations: [ended] } });
    expect(err).toContain('[1/2] failed 2.5 s: Do first');
    expect(err).toContain('The chosen way is possible: there is nothing to rewind');
    expect(err).toContain('Look again.');
  });
});
