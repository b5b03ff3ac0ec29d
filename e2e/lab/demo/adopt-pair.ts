import { until } from '#e2e/lab/processes/until.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { ConsoleClient } from './console-client.ts';

const TIMEOUT_MS = 60_000;

interface Place {
  location: { dataDirectory: string };
}

/** Adopts a pair that streams already: draft, plan, approval, run to its end. */
export async function adoptPair(
  client: ConsoleClient,
  o: {
    name: string;
    pair: { primary: Place; standby: Place };
    primaryServerId: string;
    standbyServerId: string;
  },
): Promise<void> {
  const draft = await client.draft.create.mutate({ kind: 'adopt' });
  await client.draft.save.mutate({
    id: draft.id,
    data: {
      kind: 'adopt',
      primaryServerId: o.primaryServerId,
      primaryDataDirectory: o.pair.primary.location.dataDirectory,
      standbyServerId: o.standbyServerId,
      standbyDataDirectory: o.pair.standby.location.dataDirectory,
      givenRole: null,
      givenRoleSecretId: null,
      name: o.name,
      environment: 'production',
    },
  });
  const answer = await until(
    `the plan for ${o.name}`,
    async () => {
      const now = await client.draft.plan.query({ id: draft.id });
      return now.state === 'making' ? null : now;
    },
    { timeoutMs: TIMEOUT_MS, everyMs: 150 },
  );
  if (answer.state !== 'ready') throw new Error(`no plan for ${o.name}: ${describe(answer)}`);
  const operationId = await client.draft.approve.mutate({
    id: draft.id,
    planId: answer.planId,
    planHash: answer.plan.hash,
    confirmation: answer.plan.confirmation?.word ?? null,
  });
  const operation = await until(
    `${o.name} is adopted`,
    async () => {
      const now = await client.operation.get.query({ id: operationId });
      return now.status === 'queued' || now.status === 'running' ? null : now;
    },
    { timeoutMs: TIMEOUT_MS, everyMs: 150 },
  );
  if (operation.status !== 'succeeded')
    throw new Error(`adopting ${o.name}: ${describeOperation(operation)}`);
}

function describe(
  answer: { state: 'incomplete'; missing: string[] } | { state: 'failed'; operation: OperationView },
): string {
  return answer.state === 'incomplete'
    ? `missing ${answer.missing.join(', ')}`
    : describeOperation(answer.operation);
}

function describeOperation(operation: OperationView): string {
  const { status, problem } = operation;
  return problem === null ? status : `${status}: ${problem.message} (${problem.detail ?? ''})`;
}
