import * as z from 'zod';
import { text } from '#server/domain/text.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { PlanningWorld } from '../host-access.ts';
import { decideRelease } from './decide-release.ts';
import { zReleasePair } from './input.ts';
import { observeRelease, type ReleaseWorld } from './observation.ts';
import { OUTAGE_MS } from './outage.ts';
import { RELEASE_GATES, releaseSettings } from './release-settings.ts';
import { lookAndDecide, type Decided } from '../look-and-decide.ts';

const zInput = z.object({
  serverId: z.string(),
  /** The instance, as lists name it: DIRECTORY@CONTAINER. */
  place: z.string().min(1),
  /** Null = those that stand in the way of Tandem. */
  names: z.array(z.string()).nullable(),
  pair: zReleasePair.nullable(),
});
export type PlanReleaseInput = z.infer<typeof zInput>;

const LOOK_MS = 60_000;

async function look(c: StepContext<PlanningWorld, PlanReleaseInput>): Promise<Decided> {
  const wait: Wait = { signal: c.signal, timeoutMs: LOOK_MS };
  const host = await c.world.host(c.input.serverId);
  const nowMs = c.world.clock.nowMs();
  const input = await decideRelease(host, { ...c.input, nowMs }, wait);
  const partner = c.input.pair?.partner ?? null;
  const world: ReleaseWorld = {
    clock: c.world.clock,
    compose: host.compose,
    node: host.node(input.node.location),
    partner: partner === null ? null : (await c.world.host(partner.serverId)).node(partner.location),
  };
  const observation = await observeRelease(world, input, wait);
  const plan = await makePlan(
    releaseSettings,
    { world, input },
    {
      gates: RELEASE_GATES.flatMap((gate) => gate(observation, input)),
      confirmation: null,
      outageMs: input.inRecovery ? 0 : OUTAGE_MS,
      networkBytes: null,
      madeAtMs: nowMs,
    },
  );
  return { plan, input };
}

/** Makes the plan of taking settings off one container's command line; reads only. */
export const planReleaseSettings = lookAndDecide<PlanningWorld, PlanReleaseInput>({
  kind: 'plan-release-settings',
  title: () =>
    text('Look at the settings of the command line', 'Die Einstellungen der Kommandozeile ansehen'),
  parseInput: (raw) => zInput.parse(raw),
  explain: () => text('Look at the server and make the plan.', 'Den Server ansehen und den Plan erstellen.'),
  expectedMs: 8_000,
  timeoutMs: 180_000,
  decide: look,
});
