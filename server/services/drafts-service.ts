import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Secret } from '#server/domain/secret.ts';
import { planToShell } from '#server/domain/plan-to-shell.ts';
import type { DraftData } from '#server/domain/setup-draft.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import { planAdopt } from '#server/operations/plan-adopt/plan-adopt.ts';
import { planSetup } from '#server/operations/plan-setup/plan-setup.ts';
import type { StoredDraft } from '#server/ports/draft-store.ts';
import type { StoredOperation } from '#server/ports/operation-store.ts';
import { approvePlan } from './approve-plan.ts';
import type { DraftsDeps } from './drafts-deps.ts';
import { emptyDraft, missingAnswers } from './draft-answers.ts';
import { draftNetwork, examineDraftNetwork, measuredLine } from './draft-network.ts';
import { operationView } from './operation-view.ts';
import type { Actor, DraftView, PlanAnswer, Services } from './services.ts';
import { startOperation } from './start-operation.ts';

const PLAN_KINDS = [planSetup.kind, planAdopt.kind];
const zPlanInput = z.object({
  dataHash: z.string(),
  line: z.object({ lookId: z.string() }).nullish(),
});

/** What the planner's step answers; the plan's own shape is the planner's type. */
export const zPlanOutput = z.object({
  plan: z.custom<Plan>((v) => typeof v === 'object' && v !== null),
  input: z.record(z.string(), z.unknown()),
});

/** Fingerprint of the answers. */
export function dataHashOf(data: DraftData): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(data).sort()))
    .digest('hex')
    .slice(0, 32);
}

/** The wizard: drafts, their plans, and the approval that starts exactly what was shown. */
export function createDraftsService(deps: DraftsDeps): Services['drafts'] {
  const { drafts, audit, ids } = deps;
  const view = ({ id, data, operationId, updatedAtMs, createdBy }: StoredDraft): DraftView => ({
    id,
    data,
    operationId,
    updatedAtMs,
    createdBy,
  });
  return {
    list: async () => (await drafts.list()).map(view),
    create: async (kind, actor) => view(await drafts.create(ids.newId(), emptyDraft(kind), actor.name)),
    get: async (id) => view(await drafts.get(id)),
    save: async (id, data, rolePassword) => {
      const draft = await drafts.get(id);
      if (draft.operationId !== null) throw alreadyApproved(draft.operationId);
      return view(await drafts.save(id, await withRoleSecret(deps, data, draft.data, rolePassword)));
    },
    remove: async (id, actor) => {
      await drafts.remove(id);
      await audit.append({ actor: actor.name, action: 'draft-removed', target: id, details: {} });
    },
    plan: (id, fresh, actor) => plan(deps, id, fresh, actor),
    approve: async (id, planId, planHash, confirmation, actor) => {
      const draft = await drafts.get(id);
      const made = await requirePlan(deps, draft, planId);
      return approvePlan(deps, { draft, planId, planHash, confirmation, actor, made });
    },
    network: (id) => draftNetwork(deps, id),
    examine: (id, actor) => examineDraftNetwork(deps, id, actor),
    exportScript: async (id, planId) => {
      const made = await requirePlan(deps, await drafts.get(id), planId);
      const names = new Set(made.plan.steps.flatMap((s) => s.actions.map((a) => a.server)));
      const servers = (await deps.servers.list()).filter((s) => names.has(s.name));
      return planToShell(
        made.plan,
        servers.map((s) => ({ name: s.name, destination: `${s.username}@${s.host}`, port: s.port })),
      );
    },
  };
}

async function plan(deps: DraftsDeps, id: string, fresh: boolean, actor: Actor): Promise<PlanAnswer> {
  const draft = await deps.drafts.get(id);
  const missing = missingAnswers(draft.data);
  if (missing.length > 0) return { state: 'incomplete', missing };
  const dataHash = dataHashOf(draft.data);
  const newest = await deps.reader.newestOfDraft(id, PLAN_KINDS);
  const line = await measuredLine(deps, draft);
  const same = newest !== null && isOf(newest, dataHash, line);
  if (newest !== null && same && !isTerminal(newest.status) && newest.status !== 'needs-attention') {
    return { state: 'making', operationId: newest.id };
  }
  if (newest === null || !same || fresh) {
    return {
      state: 'making',
      operationId: await startPlanning(deps, draft, { dataHash, line }, newest, actor),
    };
  }
  if (newest.status !== 'succeeded')
    return { state: 'failed', operation: operationView(newest, deps.clock.nowMs()) };
  return { state: 'ready', plan: planOf(newest).plan, planId: newest.id };
}

type Line = Awaited<ReturnType<typeof measuredLine>>;

/** A plan of these answers, and of the line as it was measured last: its times hang on it. */
function isOf({ input }: StoredOperation, dataHash: string, line: Line): boolean {
  const made = zPlanInput.parse(input);
  return made.dataHash === dataHash && (line === null || made.line?.lookId === line.lookId);
}

/** Two tabs that ask at once land on one look: the key names the look that both want to replace. */
async function startPlanning(
  deps: DraftsDeps,
  draft: StoredDraft,
  { dataHash, line }: { dataHash: string; line: Line },
  newest: StoredOperation | null,
  actor: Actor,
): Promise<string> {
  const idempotencyKey = `plan:${draft.id}:${dataHash}:${newest?.id ?? 'first'}`;
  const { data } = draft;
  const common = { draftId: draft.id, dataHash, name: data.name ?? '' };
  const o = { actor, serverId: null, idempotencyKey };
  if (data.kind === 'new-standby') {
    return startOperation(deps, planSetup, planSetup.parseInput({ ...common, draft: data, line }), o);
  }
  return startOperation(deps, planAdopt, planAdopt.parseInput({ ...common, draft: data }), o);
}

async function requirePlan(
  deps: DraftsDeps,
  draft: StoredDraft,
  planId: string,
): Promise<z.infer<typeof zPlanOutput>> {
  const o = await deps.store.load(planId);
  if (
    o === null ||
    o.status !== 'succeeded' ||
    zPlanInput.parse(o.input).dataHash !== dataHashOf(draft.data)
  ) {
    throw new AppError('STALE_VIEW', {
      message: 'the answers have changed since this plan was made',
      hint: 'Look at the new plan, then approve that one.',
    });
  }
  return planOf(o);
}

function planOf(o: StoredOperation): z.infer<typeof zPlanOutput> {
  const output = o.attempts.findLast((a) => a.status === 'done')?.output;
  return zPlanOutput.parse(output);
}

/** Which secret a draft names is never the browser's to say; one that is no longer named is removed. */
async function withRoleSecret(
  { secrets }: DraftsDeps,
  data: DraftData,
  stored: DraftData,
  password: Secret | null,
): Promise<DraftData> {
  if (data.kind !== 'adopt') return data;
  const known = stored.kind === 'adopt' ? stored.givenRoleSecretId : null;
  const keeps = data.givenRole !== null && password === null;
  if (keeps) return { ...data, givenRoleSecretId: known };
  if (known !== null) await secrets.remove(known);
  if (data.givenRole === null || password === null) return { ...data, givenRoleSecretId: null };
  return {
    ...data,
    givenRoleSecretId: await secrets.put(`password of the role ${data.givenRole}`, password),
  };
}

function alreadyApproved(operationId: string): AppError {
  return new AppError('OPERATION_NOT_IN_STATE', {
    message: 'this draft was approved already',
    hint: 'Look at its run, or begin a new draft.',
    data: { operationId },
  });
}
