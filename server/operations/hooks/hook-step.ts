import { AppError } from '#server/errors/app-error.ts';
import {
  HOOKS_PER_MOMENT,
  hookLine,
  hookTarget,
  type HookMoment,
  type PinnedHook,
} from '#server/domain/change-hook.ts';
import type { PlanAction, PlanGroup, Text } from '#server/domain/plan.ts';
import { shellWord } from '#server/domain/shell-word.ts';
import { text } from '#server/domain/text.ts';
import {
  RETRY,
  type DoneAnswer,
  type MutationStep,
  type StepContext,
  type UndoPart,
} from '#server/engine/define-operation.ts';
import { within } from '../pair-world.ts';
import {
  callHook,
  callMs,
  endedBefore,
  hookFailed,
  zHookOutcome,
  type Call,
  type HookContext,
  type HookWorld,
} from './call-hook.ts';
import { note, recall } from './hook-memory.ts';
import { hookEvent, hooksAt, type HookInput } from './pinned-hook.ts';

const SETTLE_MS = 5_000;

export const stepName = (moment: HookMoment, index: number): string => `${moment}-${index + 1}`;

/** What a hook will do, for the plan. */
export function hookActions({ call }: PinnedHook): PlanAction[] {
  if (call.kind === 'http')
    return [{ type: 'request', server: hookTarget(call), method: call.method, url: call.url }];
  const line = call.mode === 'script' ? `/bin/sh -c ${shellWord(call.line)}` : call.line;
  return [{ type: 'command', server: call.serverName, runAs: call.runAs, line }];
}

function hookAt(input: HookInput, moment: HookMoment, index: number): PinnedHook {
  const hook = hooksAt(input, moment)[index];
  if (hook !== undefined) return hook;
  throw new AppError('ASSERTION', { message: `there is no hook ${stepName(moment, index)}` });
}

/** With what decides about the change: a plan that reads the same was asked for with the same promises. */
function explainCall({ name, call, timeoutSeconds: s, veto, repeatable }: PinnedHook): Text {
  const [target, line] = [hookTarget(call), hookLine(call)];
  const en = `(at most ${s} s${veto ? ', must succeed' : ''}${repeatable ? ', may be called twice' : ''})`;
  const de = `(höchstens ${s} s${veto ? ', muss gelingen' : ''}${repeatable ? ', darf zweimal aufgerufen werden' : ''})`;
  return call.kind === 'shell'
    ? text(
        `Call the hook “${name}” on ${target}: ${line} ${en}.`,
        `Den Hook „${name}“ auf ${target} aufrufen: ${line} ${de}.`,
      )
    : text(`Call the hook “${name}”: ${line} ${en}.`, `Den Hook „${name}“ aufrufen: ${line} ${de}.`);
}

const WORDS = {
  succeeded: text('succeeded', 'erfolgreich'),
  failed: text('failed', 'fehlgeschlagen'),
  unknown: text('may or may not have run', 'vielleicht gelaufen'),
} as const;

/** A call is over when its outcome is known; one that must succeed only with success. */
async function isOver(c: HookContext, call: Call, mustSucceed: boolean): Promise<DoneAnswer> {
  // The first attempt knows that nobody called yet: in an outage a look less.
  const seen = recall(c.world, call.name) ?? (c.earlier === null ? null : await endedBefore(c, call));
  if (seen === null) return 'not-done';
  note(c.world, call.name, seen);
  return mustSucceed && seen.outcome !== 'succeeded' ? 'not-done' : 'done';
}

/** The steps of one moment, in the order in which the hooks are listed; hooks that there are not make none. */
export function hookSteps<W extends HookWorld, O, I extends HookInput>(
  moment: HookMoment,
  group: PlanGroup,
): MutationStep<W, O, I>[] {
  return Array.from({ length: HOOKS_PER_MOMENT }, (_, index) => hookStep<W, O, I>(moment, index, group));
}

function hookStep<W extends HookWorld, O, I extends HookInput>(
  moment: HookMoment,
  index: number,
  group: PlanGroup,
): MutationStep<W, O, I> {
  const name = stepName(moment, index);
  const before = moment === 'stop-application';
  const hookOf = (c: { input: I }): PinnedHook => hookAt(c.input, moment, index);
  const callOf = (c: { input: I }): Call => ({ name, hook: hookOf(c), event: hookEvent(moment, c.input) });
  return {
    kind: 'mutation',
    name,
    group,
    skip: (input) => hooksAt(input, moment)[index] === undefined,
    server: (c) => (hookOf(c).call.kind === 'shell' ? hookTarget(hookOf(c).call) : null),
    explain: (c) => explainCall(hookOf(c)),
    actions: (c) => hookActions(hookOf(c)),
    expectedMs: () => 300,
    needs: [],
    // Behind the point of no return a failure stops nothing: the pair becomes whole first.
    isDone: (c) => isOver(c, callOf(c), before && hookOf(c).veto),
    do: async (c) => {
      const call = callOf(c);
      const known = c.earlier === null ? null : await endedBefore(c, call);
      const outcome = known ?? (await callHook(c, call));
      note(c.world, name, outcome);
      if (before && call.hook.veto && outcome.outcome !== 'succeeded')
        throw hookFailed(call.hook, outcome, VETO_HINT);
    },
    output: (c) => {
      const outcome = recall(c.world, name);
      if (outcome === null) throw new AppError('ASSERTION', { message: `the outcome of ${name} is gone` });
      return Promise.resolve({ ...outcome });
    },
    fact: (output) => {
      const { outcome, detail } = zHookOutcome.parse(output);
      return text(`${WORDS[outcome].en}: ${detail}`, `${WORDS[outcome].de}: ${detail}`);
    },
    undo: before ? startAgain(index, callOf) : { nothing: BEHIND },
    timeouts: (input) => {
      const again = before && index === 0 ? hooksAt(input, 'start-application') : [];
      const doMs = [hookAt(input, moment, index), ...again].reduce((sum, hook) => sum + callMs(hook), 0);
      return { doMs, settleMs: SETTLE_MS, pollMs: 50 };
    },
    retry: RETRY.never,
  };
}

const VETO_HINT =
  'A failure of this hook stops the change: nothing was moved, and what was prepared is undone. Mend the hook, try its check, then start the change again.';
const BEHIND = text(
  'The primary has moved: the hook stays called.',
  'Der Primärserver hat gewechselt: Der Hook bleibt aufgerufen.',
);

/** The first one's undo comes last: it starts the application again, on the primary that stayed. */
function startAgain<I extends HookInput>(
  index: number,
  callOf: (c: { input: I }) => Call,
): UndoPart<HookWorld, I> {
  const starts = (c: { input: I }): Call[] =>
    (index === 0 ? hooksAt(c.input, 'start-application') : []).map((hook, n) => ({
      name: `undo-${stepName('start-application', n)}`,
      hook,
      event: hookEvent('start-application', c.input, true),
    }));
  return {
    explain: (c) =>
      explainStart(
        index,
        starts(c).map((call) => call.hook),
      ),
    isDone: async (c) => {
      if (await stillRuns(c, callOf(c))) return 'not-done';
      for (const call of starts(c)) {
        const over = await isOver(c, call, call.hook.veto);
        if (over !== 'done') return over;
      }
      return 'done';
    },
    do: async (c) => {
      await endCommand(c, callOf(c));
      for (const call of starts(c)) await startOne(c, call);
    },
  };
}

function explainStart(index: number, hooks: readonly PinnedHook[]): Text {
  if (index > 0) return text('End it if it still runs.', 'Ihn beenden, falls er noch läuft.');
  if (hooks.length === 0)
    return text(
      'End it if it still runs. Nothing starts the application again: no hook does.',
      'Ihn beenden, falls er noch läuft. Nichts startet die Anwendung wieder: Kein Hook tut es.',
    );
  const [en, de] = [hooks.map((h) => `“${h.name}”`).join(', '), hooks.map((h) => `„${h.name}“`).join(', ')];
  return text(
    `Start the application again, on the primary that stayed: ${en}.`,
    `Die Anwendung wieder starten, auf dem Primärserver, der geblieben ist: ${de}.`,
  );
}

type UndoContext = StepContext<HookWorld, unknown>;

async function stillRuns(c: UndoContext, { name, hook }: Call): Promise<boolean> {
  if (hook.call.kind !== 'shell' || recall(c.world, name) !== null) return false;
  const state = await c.world.hooks.state(name, hook.call, 0, within(c)).catch(() => null);
  c.signal.throwIfAborted();
  return state?.status === 'running';
}

/** The command ends by itself at its time; a server that does not answer is no reason to wait for it. */
async function endCommand(c: UndoContext, { name, hook }: Call): Promise<void> {
  if (hook.call.kind !== 'shell' || recall(c.world, name) !== null) return;
  await c.world.hooks.cancel(name, hook.call, within(c, 20_000)).catch(() => {
    c.signal.throwIfAborted();
    c.log(`${hook.name} could not be ended`);
  });
}

async function startOne(c: UndoContext, call: Call): Promise<void> {
  if ((await isOver(c, call, true)) === 'done') return;
  // A try that failed keeps its name; what a person asks for after that is a call of its own.
  const tried = recall(c.world, call.name) ?? (await endedBefore(c, call));
  const name = tried === null ? call.name : `${call.name}-${Math.round(c.world.clock.nowMs())}`;
  const outcome = await callHook(c, { ...call, name });
  note(c.world, call.name, outcome);
  if (outcome.outcome === 'succeeded' || !call.hook.veto) return;
  throw hookFailed(
    call.hook,
    outcome,
    'The old primary serves as before. Start the application by hand, or mend the hook and choose Undo again.',
  );
}
