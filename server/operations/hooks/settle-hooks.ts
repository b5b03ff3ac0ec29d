import { HOOK_MOMENTS, type PinnedHook } from '#server/domain/change-hook.ts';
import type { PlanGroup } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { RETRY, type MutationStep, type StepContext } from '#server/engine/define-operation.ts';
import { callHook, callMs, hookFailed, zHookOutcome, type HookOutcome, type HookWorld } from './call-hook.ts';
import { stepName } from './hook-step.ts';
import { note, recall } from './hook-memory.ts';
import { hookEvent, hooksAt, type HookInput } from './pinned-hook.ts';

const MOMENTS = HOOK_MOMENTS.filter((moment) => moment !== 'stop-application');
type Context<I> = StepContext<HookWorld, I>;

interface Owed {
  step: string;
  hook: PinnedHook;
}

const mustSucceed = (input: HookInput): Owed[] =>
  MOMENTS.flatMap((moment) =>
    hooksAt(input, moment).flatMap((hook, n) => (hook.veto ? [{ step: stepName(moment, n), hook }] : [])),
  );

/** The hook's last word: of a call made here, or of its own step. */
function outcomeOf<I>(c: Context<I>, step: string): HookOutcome | null {
  return recall(c.world, `settle-${step}`) ?? zHookOutcome.safeParse(c.outputOf(step)).data ?? null;
}

const owedOf = <I extends HookInput>(c: Context<I>): Owed[] =>
  mustSucceed(c.input).filter(({ step }) => outcomeOf(c, step)?.outcome !== 'succeeded');

/**
 * At the end, when the pair is whole: a hook that had to succeed and did not is called once more where
 * it may be repeated, else and then a person decides. Each call after that is one that they asked for.
 */
export function settleHooks<W extends HookWorld, O, I extends HookInput>(
  group: PlanGroup,
): MutationStep<W, O, I> {
  return {
    kind: 'mutation',
    name: 'settle-hooks',
    group,
    server: () => null,
    skip: (input) => mustSucceed(input).length === 0,
    explain: (c) => {
      const hooks = mustSucceed(c.input).map(({ hook }) => hook.name);
      return text(
        `Ask you when one of these hooks did not succeed: ${hooks.map((n) => `“${n}”`).join(', ')}.`,
        `Sie fragen, wenn einer dieser Hooks nicht erfolgreich war: ${hooks.map((n) => `„${n}“`).join(', ')}.`,
      );
    },
    expectedMs: () => 0,
    needs: [],
    isDone: (c) => Promise.resolve(owedOf(c).length === 0 ? 'done' : 'not-done'),
    do: async (c) => {
      for (const owed of owedOf(c)) await settle(c, owed);
    },
    undo: {
      nothing: text(
        'The primary has moved: the hooks stay called.',
        'Der Primärserver hat gewechselt: Die Hooks bleiben aufgerufen.',
      ),
    },
    timeouts: (input) => ({
      doMs: mustSucceed(input).reduce((sum, { hook }) => sum + callMs(hook), 1_000),
      settleMs: 1_000,
    }),
    retry: RETRY.never,
  };
}

async function settle<I extends HookInput>(c: Context<I>, { step, hook }: Owed): Promise<void> {
  const before = outcomeOf(c, step) ?? { outcome: 'unknown', detail: 'it was not recorded', durationMs: 0 };
  // The first attempt decides by itself; a later one exists because a person chose to retry.
  const asked = c.earlier === 'ended';
  if (!asked && !hook.repeatable) throw hookFailed(hook, before, HINT);
  const event = hookEvent(hook.moment, c.input);
  const outcome = await callHook(c, {
    name: `settle-${step}-${Math.round(c.world.clock.nowMs())}`,
    hook,
    event,
  });
  note(c.world, `settle-${step}`, outcome);
  if (outcome.outcome !== 'succeeded') throw hookFailed(hook, outcome, HINT);
}

const HINT =
  'The primary has moved and the pair is whole. Retry calls the hook again. Or do by hand what it would have done, and close this run with a note.';
