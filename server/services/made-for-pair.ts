import * as z from 'zod';
import type { RemoveInput } from '#server/operations/remove-pair/input.ts';
import { zRole } from '#server/operations/setup-standby/input.ts';
import type { PairFacts } from '#server/ports/pair-facts.ts';

type Role = z.infer<typeof zRole>;

/** The roles that an operation made, wherever its input keeps them. */
const zMade = z.object({
  monitor: zRole.optional(),
  roles: z.object({ replication: zRole, rewind: zRole, monitor: zRole }).partial().optional(),
});
const zAdopted = z.object({ senderName: z.string(), slotName: z.string().nullable() });

/** Roles that Tandem made for the pair, with what it takes to recognise them: one without a salt is not ours. */
export function ownRolesOf(facts: PairFacts): RemoveInput['roles'] {
  const made = facts.madeWith.flatMap((input): Role[] => {
    const { monitor, roles } = zMade.safeParse(input).data ?? {};
    return [monitor, roles?.replication, roles?.rewind, roles?.monitor].filter((role) => role !== undefined);
  });
  const find = (name: string | null): Role | null =>
    made.find((role) => role.name === name && role.salt !== '') ?? null;
  return {
    replication: find(facts.replicationRole),
    rewind: find(facts.rewindRole),
    monitor: facts.monitor.given ? null : find(facts.monitor.role),
  };
}

/** The pair's slot if Tandem made it; one that an adopted pair used before belongs to whoever set it up. */
export function ownSlotOf(facts: PairFacts): string | null {
  if (facts.replicationRole === null) return null;
  const before = facts.madeWith.map((input) => zAdopted.safeParse(input).data?.slotName ?? null);
  return before.includes(facts.slotName) ? null : facts.slotName;
}
