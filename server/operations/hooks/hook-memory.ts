import type { HookOutcome } from './call-hook.ts';

/** What became of the calls of a run, per opened world: lost with a killed worker, and then the servers are asked. */
const outcomes = new WeakMap<object, Map<string, HookOutcome>>();

export function recall(world: object, call: string): HookOutcome | null {
  return outcomes.get(world)?.get(call) ?? null;
}

export function note(world: object, call: string, outcome: HookOutcome): void {
  const known = outcomes.get(world) ?? new Map<string, HookOutcome>();
  known.set(call, outcome);
  outcomes.set(world, known);
}
