import type { ReadStep } from '#server/engine/define-operation.ts';
import type { PlanGroup } from '#server/domain/plan.ts';
import type { Text } from '#server/domain/plan.ts';
import type { ChangeInput, Pin } from '../input.ts';
import type { ChangeWorld } from '../world.ts';

/** A checkpoint changes no state: it writes now what would be written within minutes anyway. */
export function checkpoint<I extends ChangeInput>(
  name: string,
  o: { on: Pin; group: PlanGroup; explain: (name: string) => Text; timeoutMs: number },
): ReadStep<ChangeWorld, I> {
  return {
    kind: 'read',
    name,
    group: o.group,
    server: (c) => c.input[o.on].serverName,
    explain: (c) => o.explain(c.input[o.on].serverName),
    actions: (c) => [{ type: 'sql', server: c.input[o.on].serverName, statement: 'CHECKPOINT;' }],
    expectedMs: () => 300,
    timeoutMs: o.timeoutMs,
    read: async (c) => {
      const startedAtMs = c.world.clock.monotonicMs();
      await c.world[o.on].admin.checkpoint({ signal: c.signal, timeoutMs: o.timeoutMs });
      return { ms: Math.round(c.world.clock.monotonicMs() - startedAtMs) };
    },
  };
}
