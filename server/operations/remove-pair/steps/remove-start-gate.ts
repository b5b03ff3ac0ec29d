import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { gatePaths, unitOf } from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import type { RemoveInput, Side } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveContext, RemoveWorld } from '../world.ts';

const zRemembered = z.object({ config: z.string().nullable() });

async function configOn(c: RemoveContext, on: Side): Promise<string | null> {
  const state = await c.world[on].runtime.startGate?.state(within(c));
  return state === undefined || typeof state === 'string' ? null : state.config;
}

/** A gate that asks with a role which is gone would hold a healthy primary read-only at its next start. */
export function removeStartGate(on: Side): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> {
  return {
    kind: 'mutation',
    name: `remove-start-gate-on-${on}`,
    group: on === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[on].serverName,
    skip: (input) => input.keep === 'all' || unitOf(input[on].location) === null,
    explain: (c) =>
      text(
        `Take the start gate of ${c.input[on].serverName} away, if there is one.`,
        `Die Startsperre von ${c.input[on].serverName} entfernen, falls es eine gibt.`,
      ),
    actions: (c) => {
      const paths = gatePaths(unitOf(c.input[on].location) ?? '');
      const line = `rm -f ${paths.dropIn} ${paths.config} ${paths.script}`;
      return [{ type: 'command', server: c.input[on].serverName, runAs: 'root', line }];
    },
    expectedMs: () => 200,
    needs: [],
    isDone: async (c) => ((await configOn(c, on)) === null ? 'done' : 'not-done'),
    remember: async (c) => ({ config: await configOn(c, on) }),
    do: async (c) => {
      await c.world[on].runtime.startGate?.remove(within(c));
    },
    undo: {
      explain: () => text('Lay it again as it was.', 'Sie wieder legen, wie sie war.'),
      isDone: async (c, raw) =>
        zRemembered.parse(raw).config === (await configOn(c, on)) ? 'done' : 'not-done',
      do: async (c, raw) => {
        const { config } = zRemembered.parse(raw);
        if (config !== null) await c.world[on].runtime.startGate?.install(config, within(c));
      },
    },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
