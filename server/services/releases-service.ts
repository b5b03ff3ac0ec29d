import { placeNameOf } from '#server/domain/instance-location.ts';
import { parseReleaseInput, type ReleaseInput } from '#server/operations/release-settings/input.ts';
import { planReleaseSettings } from '#server/operations/release-settings/plan-release-settings.ts';
import { releaseSettings } from '#server/operations/release-settings/release-settings.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { PairFactsReader } from '#server/ports/pair-facts.ts';
import { askForPlan, takePlan } from './made-plan.ts';
import type { ReleaseWish, Services } from './services.ts';
import type { StartDeps } from './start-operation.ts';

export interface ReleasesDeps extends StartDeps {
  pairs: Pick<Services['pairs'], 'list'>;
  facts: PairFactsReader;
  audit: AuditLog;
}

/** Taking settings off a container's command line: a plan first, then exactly that plan. */
export function createReleasesService(deps: ReleasesDeps): Services['releases'] {
  return {
    plan: async (wish, key, actor) => {
      const { serverId, place, names } = wish;
      const chosen = names === null ? '*' : [...names].sort().join(',');
      const idempotencyKey = `plan-release-settings:${serverId}:${place}:${chosen}:${key}`;
      const input = { serverId, place, names, pair: await pairOf(deps, wish) };
      const answer = await askForPlan(deps, planReleaseSettings, input, { actor, serverId, idempotencyKey });
      if (answer.state !== 'ready') return answer;
      return { ...answer, choices: await choicesOf(deps, answer.planId) };
    },
    start: async (request, actor) => {
      const { plan, input } = await takePlan(deps, planReleaseSettings.kind, request);
      const wish = parseReleaseInput(input);
      const { id, existed } = await deps.store.create({
        id: deps.ids.newId(),
        kind: releaseSettings.kind,
        version: releaseSettings.version,
        plan,
        pairId: wish.pair?.pairId ?? null,
        serverId: wish.node.serverId,
        input: wish,
        startedBy: actor.name,
        idempotencyKey: `release-settings:${request.planId}`,
        locks: [wish.node.instanceId, ...(wish.pair === null ? [] : [wish.pair.partner.instanceId])],
      });
      if (!existed) {
        await deps.audit.append({
          actor: actor.name,
          action: 'settings-release-started',
          target: wish.node.serverName,
          details: {
            operationId: id,
            container: wish.node.location.name ?? '',
            settings: wish.flags.flatMap((f) => (f.chosen ? [f.name] : [])).join(', '),
            planHash: plan.hash,
          },
          ...(wish.pair === null ? {} : { pairId: wish.pair.pairId }),
        });
      }
      await deps.queue.wake(id);
      return id;
    },
  };
}

async function choicesOf({ store }: StartDeps, planId: string): Promise<ReleaseInput['flags']> {
  const made = await store.load(planId);
  const output = made?.attempts.findLast((attempt) => attempt.status === 'done')?.output;
  const input = typeof output === 'object' && output !== null && 'input' in output ? output.input : null;
  return parseReleaseInput(input).flags;
}

/** The pair that the instance belongs to, with the other server of it. */
async function pairOf(deps: ReleasesDeps, { serverId, place }: ReleaseWish): Promise<ReleaseInput['pair']> {
  for (const pair of await deps.pairs.list()) {
    if (pair.primary.serverId !== serverId && pair.standby.serverId !== serverId) continue;
    const facts = await deps.facts.get(pair.id);
    for (const role of ['primary', 'standby'] as const) {
      const { location } = facts[role];
      const isIt = placeNameOf(location) === place || location.dataDirectory === place;
      if (facts[role].serverId !== serverId || !isIt) continue;
      const partner = facts[role === 'primary' ? 'standby' : 'primary'];
      return { pairId: pair.id, pairName: facts.name, role, partner };
    }
  }
  return null;
}
