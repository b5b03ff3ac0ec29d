import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep, type StepContext } from '#server/engine/define-operation.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { gateFiles } from '#server/domain/gate-files.ts';
import type { PlanAction, Text } from '#server/domain/plan.ts';
import type { StartGateControl } from '#server/ports/postgres-runtime.ts';
import { within, type PairWorld } from '../pair-world.ts';

type Side = 'primary' | 'standby';
type Place = { serverName: string; location: InstanceLocation };
export interface GatePlaces {
  primary: Place;
  standby: Place;
}

/** What was there; null = no gate. */
const zBefore = z.object({ config: z.string().nullable() });

/** Throws INSTANCE_NOT_SUPPORTED where nothing starts the server that a gate could stand before. */
export function gateOf<I extends GatePlaces>(c: StepContext<PairWorld, I>, side: Side): StartGateControl {
  const { startGate } = c.world[side].runtime;
  if (startGate !== null) return startGate;
  throw new AppError('INSTANCE_NOT_SUPPORTED', {
    message: `nothing starts PostgreSQL on ${c.input[side].serverName} that a gate could stand before`,
    hint: 'A start gate stands before a start by systemd.',
  });
}

/**
 * Makes the gate of one node `wanted`, or none where that is null; `undo` puts back what was there. Nothing
 * restarts. To take a gate away where none can be is no error.
 */
export function gateStep<W extends PairWorld, O, I extends GatePlaces>(o: {
  side: Side;
  name: string;
  skip?: (input: I) => boolean;
  explain: (input: I) => Text;
  wanted: (input: I) => string | null;
  undo: Text;
}): MutationStep<W, O, I> {
  type C = StepContext<W, I>;
  const { side } = o;
  const configOn = async (c: C): Promise<string | null> => {
    const state = await c.world[side].runtime.startGate?.state(within(c));
    return state === undefined || typeof state === 'string' ? null : state.config;
  };
  const lay = async (c: C, config: string | null): Promise<void> => {
    if (config === null) await c.world[side].runtime.startGate?.remove(within(c));
    else await gateOf(c, side).install(config, within(c));
  };
  const is = async (c: C, config: string | null) => ((await configOn(c)) === config ? 'done' : 'not-done');
  return {
    kind: 'mutation',
    name: o.name,
    group: side === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[side].serverName,
    ...(o.skip === undefined ? {} : { skip: o.skip }),
    explain: (c) => o.explain(c.input),
    actions: (c) => actionsOf(c.input[side], o.wanted(c.input)),
    expectedMs: () => 400,
    needs: [],
    isDone: (c) => is(c, o.wanted(c.input)),
    remember: async (c) => ({ config: await configOn(c) }),
    do: (c) => lay(c, o.wanted(c.input)),
    undo: {
      explain: () => o.undo,
      isDone: (c, raw) => is(c, zBefore.parse(raw).config),
      do: (c, raw) => lay(c, zBefore.parse(raw).config),
    },
    timeouts: { doMs: 30_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

function actionsOf({ serverName, location }: Place, config: string | null): PlanAction[] {
  const gate = gateFiles(location);
  if (gate === null) return [];
  const { paths } = gate;
  const command = (line: string): PlanAction => ({
    type: 'command',
    server: serverName,
    runAs: 'root',
    line,
  });
  const file = (path: string, after: string, mode: string): PlanAction => ({
    type: 'file',
    server: serverName,
    path,
    before: null,
    after,
    mode,
  });
  const reload = command('systemctl daemon-reload');
  if (config === null)
    return [command(`rm -f ${paths.dropIn} ${paths.config} ${paths.lastDecision} ${paths.script}`), reload];
  return [
    file(paths.script, gate.script, '0755'),
    file(paths.config, config, '0644'),
    file(paths.dropIn, gate.dropIn, '0644'),
    reload,
  ];
}
