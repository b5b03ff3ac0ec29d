import { hookTarget, type PinnedHook } from '#server/domain/change-hook.ts';
import type { GateResult, Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { HookCheck } from '#server/ports/hook-calls.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { HookWorld } from './call-hook.ts';
import { hookEvent, type HookInput } from './pinned-hook.ts';

/** One hook and how far it was proven that it can be called. */
export interface HookLook {
  name: string;
  target: string;
  veto: boolean;
  check: HookCheck;
}

/** Tries the harmless checks, or the ways, of all hooks at once; the hooks themselves are not called. */
export async function lookAtHooks(world: HookWorld, input: HookInput, o: Wait): Promise<HookLook[]> {
  const event = hookEvent('check', input);
  return Promise.all(
    input.hooks.map(async (hook) => ({
      name: hook.name,
      target: hookTarget(hook.call),
      veto: hook.veto,
      check: await world.hooks.check(hook, { ...o, event }),
    })),
  );
}

/** One hook's look in words. */
export function lookWords({ name, target, check }: HookLook): Text {
  const ms = Math.round(check.durationMs);
  switch (check.state) {
    case 'answers':
      return text(
        `${name}: answered in ${ms} ms (${target})`,
        `${name}: antwortete nach ${ms} ms (${target})`,
      );
    case 'reachable':
      return text(
        `${name}: only reached, not tried (${target})`,
        `${name}: nur erreicht, nicht ausprobiert (${target})`,
      );
    case 'fails':
      return text(`${name}: ${check.detail} (${target})`, `${name}: ${check.detail} (${target})`);
  }
}

const TITLE = text('The hooks answer', 'Die Hooks antworten');

/** Whether the hooks can be called; a pair without hooks has no such condition. */
export function hooksAnswer(
  o: { hooks: readonly HookLook[]; takenAtMs: number },
  input: { hooks: readonly PinnedHook[] },
): GateResult[] {
  if (input.hooks.length === 0) return [];
  const failing = o.hooks.filter((look) => look.check.state === 'fails');
  const texts = (failing.length > 0 ? failing : o.hooks).map(lookWords);
  const detail: Text = { en: texts.map((t) => t.en).join('; '), de: texts.map((t) => t.de).join('; ') };
  const common = { code: 'hooks-answer', server: null, title: TITLE, measuredAtMs: o.takenAtMs };
  if (o.hooks.length === 0) return [{ ...common, state: 'unknown', detail: sameText('–'), fix: null }];
  if (failing.length === 0) return [{ ...common, state: 'ok', detail, fix: null }];
  if (failing.some((look) => look.veto)) return [{ ...common, state: 'blocking', detail, fix: MEND }];
  return [{ ...common, state: 'warning', detail, fix: GOES_ON }];
}

const MEND = text(
  'Mend it, or change the hook on the page “Applications” of the pair: a failure of this hook would stop the change.',
  'Beheben Sie es, oder ändern Sie den Hook auf der Seite „Anwendungen“ des Paars: Ein Fehlschlag dieses Hooks würde den Wechsel anhalten.',
);
const GOES_ON = text(
  'The change goes on without it: do by hand what it would have done.',
  'Der Wechsel geht ohne ihn weiter: Tun Sie von Hand, was er getan hätte.',
);
