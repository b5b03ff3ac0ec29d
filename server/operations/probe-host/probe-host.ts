import * as z from 'zod';
import { AppError, toAppError } from '#server/errors/app-error.ts';
import { defineOperation, type ReadStep, type StepContext } from '#server/engine/define-operation.ts';
import {
  CHECK_NEEDS,
  CHECK_ROWS,
  type CheckResult,
  type CheckRow,
  type ServerFacts,
} from '#server/domain/server-check.ts';
import { text } from '#server/domain/text.ts';
import { ROW_CHECKS, type ProbeNotes, type RowFinding } from './rows.ts';
import type { ProbeWorld } from './world.ts';

const ROW_TIMEOUT_MS = 25_000;

const zInput = z.object({
  serverId: z.string(),
  serverName: z.string(),
  /** Rows to check, with what hangs on them; empty = all. */
  rows: z.array(z.enum(CHECK_ROWS)),
});
export type ProbeInput = z.infer<typeof zInput>;

/** The rows asked for and every row that hangs on one of them. */
export function rowsToCheck(asked: readonly CheckRow[]): CheckRow[] {
  if (asked.length === 0) return [...CHECK_ROWS];
  const chosen = new Set<CheckRow>(asked);
  for (const row of CHECK_ROWS) if (CHECK_NEEDS[row].some((need) => chosen.has(need))) chosen.add(row);
  return CHECK_ROWS.filter((row) => chosen.has(row));
}

const passes = (result: CheckResult | undefined): boolean =>
  result?.state === 'ok' || result?.state === 'warning';

/** The whole checklist is one read: its rows share one login, and each is stored as soon as it is known. */
const checklist: ReadStep<ProbeWorld, ProbeInput> = {
  kind: 'read',
  name: 'checklist',
  group: 'reads',
  server: (c) => c.input.serverName,
  explain: (c) => text(`Look at ${c.input.serverName}.`, `${c.input.serverName} ansehen.`),
  expectedMs: () => 3_000,
  timeoutMs: 120_000,
  read: async (c) => {
    const { checks } = await c.world.server();
    const results = { ...checks };
    const notes: ProbeNotes = { transport: null, facts: {} };
    const rows = rowsToCheck(c.input.rows);
    for (const row of rows) await save(c, row, PENDING);
    for (const row of CHECK_ROWS) {
      const asked = rows.includes(row);
      // Later rows need the login's transport, also when the login itself is not asked for.
      if (!asked && row !== 'login') continue;
      const ready = CHECK_NEEDS[row].every((need) => passes(results[need]));
      results[row] = ready ? await check(c, row, notes) : SKIPPED;
      await save(c, row, results[row]);
    }
    await store(
      c,
      notes,
      CHECK_ROWS.every((row) => passes(results[row])),
    );
    return Object.fromEntries(rows.map((row) => [row, results[row]?.state ?? 'skipped']));
  },
};

const EMPTY: CheckResult = {
  state: 'pending',
  value: null,
  data: {},
  problem: null,
  command: null,
  durationMs: null,
  checkedAtMs: null,
};
const PENDING = EMPTY;
const SKIPPED: CheckResult = { ...EMPTY, state: 'skipped' };

type Context = StepContext<ProbeWorld, ProbeInput>;

async function save(c: Context, row: CheckRow, result: CheckResult): Promise<void> {
  await c.world.saveCheck(row, result);
}

async function check(c: Context, row: CheckRow, notes: ProbeNotes): Promise<CheckResult> {
  const { clock } = c.world;
  await save(c, row, { ...EMPTY, state: 'running' });
  const startedAtMs = clock.monotonicMs();
  const found = await finding(c, row, notes);
  const { problem, ...rest } = found;
  const result = {
    ...rest,
    problem: problem?.toProblem() ?? null,
    durationMs: Math.round(clock.monotonicMs() - startedAtMs),
    checkedAtMs: clock.nowMs(),
  };
  c.log(`${row}: ${result.state}${result.problem === null ? '' : `: ${result.problem.message}`}`);
  return result;
}

async function finding(c: Context, row: CheckRow, notes: ProbeNotes): Promise<RowFinding> {
  try {
    return await ROW_CHECKS[row](c.world, notes, { signal: c.signal, timeoutMs: ROW_TIMEOUT_MS });
  } catch (thrown) {
    if (c.signal.aborted) throw thrown;
    const error = toAppError(thrown);
    const command = error.data['command'] ?? error.data['command1'];
    return {
      state: 'failed',
      value: null,
      data: {},
      problem: error,
      command: typeof command === 'string' ? command : null,
    };
  }
}

async function store(c: Context, { facts }: ProbeNotes, verified: boolean): Promise<void> {
  const { facts: known } = await c.world.server();
  const merged = { ...NO_FACTS, ...known, ...facts, probedAtMs: c.world.clock.nowMs() };
  if (Object.keys(facts).length > 0) await c.world.saveFacts(merged);
  await c.world.setVerified(verified);
}

const NO_FACTS: ServerFacts = {
  hostname: '',
  osName: '',
  architecture: '',
  libc: null,
  loginUser: '',
  isRoot: false,
  sudo: 'none',
  clockOffsetMs: null,
  latencyMs: null,
  disks: [],
  toolchains: [],
  instances: [],
  probedAtMs: 0,
};

/** The live checklist behind "Add a server". A row that fails is a result, not a failed operation. */
export const probeHost = defineOperation<ProbeWorld, null, ProbeInput>({
  kind: 'probe-host',
  version: 1,
  title: (input) => text(`Check ${input.serverName}`, `${input.serverName} prüfen`),
  parseInput: (raw) => {
    const parsed = zInput.safeParse(raw);
    if (parsed.success) return parsed.data;
    throw new AppError('INVALID_INPUT', {
      message: `probe-host: ${parsed.error.issues[0]?.message ?? 'input'}`,
    });
  },
  observe: () => Promise.resolve(null),
  steps: [checklist],
});
