import * as z from 'zod';
import { defineOperation, type ReadStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { parseChange } from '../change/input.ts';
import type { HookWorld } from '../hooks/call-hook.ts';
import { lookAtHooks, type HookLook } from '../hooks/hooks-gate.ts';
import { zPinnedHook } from '../hooks/pinned-hook.ts';

const zNamed = z.object({
  serverName: z.string(),
  address: z.string(),
  location: z.object({ port: z.number().int() }),
});
const zInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  oldPrimary: zNamed,
  newPrimary: zNamed,
  hooks: z.array(zPinnedHook).min(1),
});
export type CheckHooksInput = z.infer<typeof zInput>;

const CHECK_MS = 20_000;
const zChecked = z.object({
  hooks: z.array(
    z.object({
      name: z.string(),
      target: z.string(),
      veto: z.boolean(),
      check: z.object({
        state: z.enum(['answers', 'reachable', 'fails']),
        detail: z.string(),
        durationMs: z.number(),
      }),
    }),
  ),
});

/** What the check saw, from its stored output. */
export const parseHookLooks = (output: unknown): HookLook[] => zChecked.parse(output).hooks;

const names = (input: CheckHooksInput): string => input.hooks.map((hook) => hook.name).join(', ');

const check: ReadStep<HookWorld, CheckHooksInput> = {
  kind: 'read',
  name: 'check',
  group: 'reads',
  server: () => null,
  explain: (c) =>
    text(
      `Try the harmless checks of ${names(c.input)}; where there is none, only the way. The hooks themselves are not called.`,
      `Die harmlosen Prüfungen von ${names(c.input)} ausprobieren; wo es keine gibt, nur den Weg. Die Hooks selbst werden nicht aufgerufen.`,
    ),
  expectedMs: () => 500,
  timeoutMs: CHECK_MS + 5_000,
  read: async (c) => {
    const hooks = await lookAtHooks(c.world, c.input, { signal: c.signal, timeoutMs: CHECK_MS });
    return JSON.parse(JSON.stringify({ hooks })) as Json;
  },
  fact: (output) => {
    const hooks = parseHookLooks(output);
    const good = hooks.filter((h) => h.check.state !== 'fails').length;
    return text(`${good} of ${hooks.length} can be called`, `${good} von ${hooks.length} sind aufrufbar`);
  },
};

/** Proves, as far as that goes without calling them, that hooks can be called. */
export const checkHooks = defineOperation<HookWorld, null, CheckHooksInput>({
  kind: 'check-hooks',
  version: 1,
  title: (input) => text(`Check hooks of ${input.pairName}`, `Hooks von ${input.pairName} prüfen`),
  parseInput: (raw) => parseChange(zInput, raw),
  observe: () => Promise.resolve(null),
  steps: [check],
});
