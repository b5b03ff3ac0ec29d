import type { ReadStep } from '#server/engine/define-operation.ts';
import type { PlanGroup } from '#server/domain/plan.ts';
import { arrivesAt, type RouteSighting } from '#server/domain/route-sighting.ts';
import { text } from '#server/domain/text.ts';
import type { Json } from '#server/ports/operation-store.ts';

import { within } from '../../pair-world.ts';
import { seeRoutes as see, type RoutesInput } from '../look-at-routes.ts';
import { zRouteOutcome } from '../route-outcome.ts';
import type { RouteStepsWorld } from '../routes-context.ts';

/** Load balancers and names need a moment to follow. */
const PATIENCE_MS = 10_000;
const EVERY_MS = 1_000;
const TRY_MS = 4_000;

/** Where clients arrive behind the change, kept with the run. It never fails: what it sees is the result. */
export function seeRoutes<I extends RoutesInput>(group: PlanGroup): ReadStep<RouteStepsWorld, I> {
  return {
    kind: 'read',
    name: 'see-routes',
    group,
    skip: (input) => input.routes.length === 0,
    server: () => null,
    explain: (c) =>
      text(
        `Try every client route: does it arrive at ${c.input.newPrimary.serverName}?`,
        `Jede Client-Route ausprobieren: Kommt sie bei ${c.input.newPrimary.serverName} an?`,
      ),
    expectedMs: () => 300,
    timeoutMs: 60_000,
    read: async (c) => {
      const { clock } = c.world;
      const { serverName } = c.input.newPrimary;
      const endMs = clock.monotonicMs() + PATIENCE_MS;
      const waits = (s: RouteSighting): boolean => s.state !== 'unproven' && !arrivesAt(s, serverName);
      let routes = await see(c.world, c.input, within(c, TRY_MS));
      while (routes.some(waits) && clock.monotonicMs() < endMs) {
        await clock.sleep(EVERY_MS, c.signal);
        routes = await see(c.world, c.input, within(c, TRY_MS));
      }
      return JSON.parse(JSON.stringify({ newPrimary: serverName, seenAtMs: clock.nowMs(), routes })) as Json;
    },
    fact: (output) => {
      const { newPrimary, routes } = zRouteOutcome.parse(output);
      const there = routes.filter((s) => arrivesAt(s, newPrimary)).length;
      return text(
        `${there} of ${routes.length} client routes arrive at ${newPrimary}`,
        `${there} von ${routes.length} Client-Routen kommen bei ${newPrimary} an`,
      );
    },
  };
}
