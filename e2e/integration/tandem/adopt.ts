import type { LabPair } from '#e2e/lab/processes/create-replicating-pair.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { AdoptDraft } from '#server/domain/setup-draft.ts';
import type { PairView } from '#server/services/services.ts';
import { until } from '../platform/until.ts';
import { ADA, type TestTandem } from './start-tandem.ts';

interface AdoptAnswers
  extends
    Pick<AdoptDraft, 'primaryServerId' | 'primaryDataDirectory'>,
    Partial<Pick<AdoptDraft, 'standbyServerId' | 'startGate'>> {
  name: string;
  givenRole?: string;
  /** Of the given role. */
  password?: Secret | null;
}

/** Has Tandem watch a pair, found from one of its nodes; resolves when the operation succeeded. */
export async function adopt(
  tandem: TestTandem,
  { password = null, ...draft }: AdoptAnswers,
): Promise<{ operationId: string; pair: PairView; plan: Plan }> {
  const { services } = tandem;
  const { id: draftId, data: empty } = await services.drafts.create('adopt', ADA);
  if (empty.kind !== 'adopt') throw new Error('another kind of draft');
  await services.drafts.save(draftId, { ...empty, startGate: 'none', ...draft }, password, ADA);
  const answer = await until('the plan is made', 60_000, async () => {
    const now = await services.drafts.plan(draftId, false, ADA);
    return now.state === 'making' ? null : now;
  });
  if (answer.state !== 'ready') throw new Error(`no plan: ${JSON.stringify(answer, null, 1)}`);
  const operationId = await services.drafts.approve(draftId, answer.planId, answer.plan.hash, null, ADA);
  const run = await tandem.finished(operationId);
  if (run.status !== 'succeeded') throw new Error(`not adopted: ${JSON.stringify(run.problem)}`);
  const pair = (await services.pairs.list()).find((p) => p.name === draft.name);
  if (pair === undefined) throw new Error(`no pair ${draft.name}`);
  return { operationId, pair, plan: answer.plan };
}

/** Adopts a practice pair from its primary. */
export function adoptLabPair(
  tandem: TestTandem,
  { primary }: LabPair,
  serverId: string,
  name: string,
): ReturnType<typeof adopt> {
  const { dataDirectory } = primary.location;
  return adopt(tandem, { name, primaryServerId: serverId, primaryDataDirectory: dataDirectory });
}
