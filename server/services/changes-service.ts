import { AppError } from '#server/errors/app-error.ts';
import { worseSince, type Assessment, type ChangeKind } from '#server/domain/assessment.ts';
import { invalidField } from '#server/domain/invalid-field.ts';
import type { Operation } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { changedAround, changedEncryption } from '#server/operations/change/changed-around.ts';
import type { ChangeInput } from '#server/operations/change/input.ts';
import { failover } from '#server/operations/failover/failover.ts';
import { fenceNode } from '#server/operations/fence-node/fence-node.ts';
import { fenceInputOf, type FenceInput } from '#server/operations/fence-node/input.ts';
import { changeInputOf } from '#server/operations/change/change-input-of.ts';
import { parseFailoverInput } from '#server/operations/failover/input.ts';
import { parseRejoinInput } from '#server/operations/rejoin/input.ts';
import { rejoin } from '#server/operations/rejoin/rejoin.ts';
import { rehearse } from '#server/operations/rehearse/rehearse.ts';
import { parseSwitchoverInput } from '#server/operations/switchover/input.ts';
import { parseGateInput } from '#server/operations/start-gate/input.ts';
import { parseDetachInput } from '#server/operations/detach-standby/input.ts';
import { detachStandby } from '#server/operations/detach-standby/detach-standby.ts';
import { parseOpenInput } from '#server/operations/open-primary/input.ts';
import { openPrimary } from '#server/operations/open-primary/open-primary.ts';
import { parseEncryptInput, type EncryptInput } from '#server/operations/encrypt-replication/input.ts';
import { encryptReplication } from '#server/operations/encrypt-replication/encrypt-replication.ts';
import { parseReplayInput } from '#server/operations/set-replay/input.ts';
import { setReplay } from '#server/operations/set-replay/set-replay.ts';
import { placeStartGate } from '#server/operations/start-gate/start-gate.ts';
import { switchover } from '#server/operations/switchover/switchover.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { StoredAssessment } from '#server/ports/change-store.ts';
import { Secret } from '#server/domain/secret.ts';
import { parsePrepareInput, type PrepareInput } from '#server/operations/prepare-pair/input.ts';
import { preparePair } from '#server/operations/prepare-pair/prepare-pair.ts';
import type { Json, NewOperation } from '#server/ports/operation-store.ts';
import type { Plan, Text } from '#server/domain/plan.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import { requireConfirmed } from './confirm-change.ts';
import type { Actor, ChangeRequest, Services } from './services.ts';
import { judgeCertificates } from './own-tls-material.ts';
import { tlsMaterial, type TlsMaterialDeps } from './tls-material.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

export interface ChangesDeps extends StartDeps, TlsMaterialDeps {
  audit: AuditLog;
}

/** A look older than this is not the present. */
const FRESH_MS = 10_000;
/** A page asks every second; the wish outlives a few lost questions. */
const WISH_MS = 8_000;
/** Changes that call hooks and lead clients elsewhere. */
const REACHES_CLIENTS: readonly ChangeKind[] = ['switchover', 'failover'];
const PASSWORD_BYTES = 32;
const SALT_BYTES = 16;

interface Look extends StoredAssessment {
  fresh: boolean;
  /** What it pins and is different now; nothing may be started on it then. */
  changed: Text[];
}

type Start = Pick<NewOperation, 'kind' | 'version' | 'input' | 'locks'> & {
  plan: Plan;
  /** Stored for this run alone: of no use when it does not begin. */
  secretIds?: string[];
};

/** Changes of roles: what is shown before, and the start of exactly that. */
export function createChangesService(deps: ChangesDeps): Services['changes'] {
  return {
    assess: async (pairId, kind, way) => {
      await deps.changes.want({ pairId, kind, way }, WISH_MS);
      const found = await newestLook(deps, pairId, kind);
      if (found === null || found.changed.length > 0) return { assessment: null, fresh: false };
      return { assessment: found.assessment, fresh: found.fresh };
    },
    start: async (request, actor) => {
      try {
        const found = await requireLook(deps, request.pairId, request.kind);
        requireUnchanged(request, found.assessment, found.fresh);
        requireConfirmed(found.assessment, request);
        const start = await startOf(deps, request, found);
        return await begin(deps, request, start, found.assessment, actor);
      } catch (thrown) {
        // A repeated click finds a pair that the first one has changed: it lands on that run all the same.
        const started = await deps.store.idOfKey(request.idempotencyKey);
        if (started !== null) return started;
        throw thrown;
      }
    },
    fence: (pairId, instanceId, confirmation, actor) =>
      fenceOne(deps, pairId, instanceId, confirmation, actor),
    checkCertificates: (pairId, given) => judgeCertificates(deps, pairId, given),
    rehearse: (pairId, actor) => startRehearsal(deps, pairId, actor),
  };
}

/** Null = none of the present roles. Also a look of a moment ago may have been overtaken by what a person saved. */
async function newestLook(
  { changes, clock, store }: ChangesDeps,
  pairId: string,
  kind: ChangeKind,
): Promise<Look | null> {
  const [found, epoch, now] = await Promise.all([
    changes.read(pairId, kind),
    changes.epochOf(pairId),
    changes.surroundingsOf(pairId),
  ]);
  if (found === null || found.assessment.epoch !== epoch) return null;
  if (await isOverSince(store, found.assessment)) return null;
  const changed = changedEncryption(found.input, now);
  if (REACHES_CLIENTS.includes(kind)) changed.push(...changedAround(found.input, now));
  return { ...found, changed, fresh: clock.nowMs() - found.assessment.takenAtMs <= FRESH_MS };
}

/** A look from inside a run says nothing of the pair after it. */
async function isOverSince(
  store: ChangesDeps['store'],
  { runningOperationId: id }: Assessment,
): Promise<boolean> {
  if (id === null) return false;
  const run = await store.load(id);
  return run === null || isTerminal(run.status);
}

/** The newest look, when something may be started on it; throws STALE_VIEW. */
async function requireLook(deps: ChangesDeps, pairId: string, kind: ChangeKind): Promise<Look> {
  const found = await newestLook(deps, pairId, kind);
  if (found === null) throw notLookedAt();
  if (found.changed.length > 0) throw changedSince(found.changed);
  return found;
}

async function fenceOne(
  deps: ChangesDeps,
  pairId: string,
  instanceId: string,
  confirmation: string,
  actor: Actor,
): Promise<string> {
  const pair = (await deps.changes.pairs()).find((p) => p.pairId === pairId);
  const base = pair === undefined ? null : changeInputOf(pair);
  if (base === null)
    throw new AppError('NOT_FOUND', {
      message: 'no pair that Tandem could fence a node of',
      data: { pairId },
    });
  const input = fenceInputOf(fencing(base, instanceId), null);
  const { serverName } = input.oldPrimary;
  if (confirmation.trim() !== serverName)
    throw invalidField(
      'confirmation',
      `type ${serverName} to confirm`,
      'It is stopped, and every later start of it is read-only.',
    );
  const id = await startOperation(deps, fenceNode, input as FenceInput & Json, {
    actor,
    serverId: null,
    pairId,
    idempotencyKey: null,
    locks: [`fence:${instanceId}`],
  });
  await deps.audit.append({
    actor: actor.name,
    action: 'fence-started',
    target: serverName,
    details: { operationId: id },
    pairId,
  });
  return id;
}

async function startRehearsal(deps: ChangesDeps, pairId: string, actor: Actor): Promise<string> {
  const found = await requireLook(deps, pairId, 'switchover');
  if (found.input === null) throw noPlan(found.assessment);
  const id = await startOperation(deps, rehearse, parseSwitchoverInput(found.input), {
    actor,
    serverId: null,
    pairId,
    idempotencyKey: null,
  });
  await deps.audit.append({
    actor: actor.name,
    action: 'rehearsal-started',
    target: found.assessment.newPrimary,
    details: { operationId: id, pairId },
  });
  return id;
}

/** The pins with the named node as the one that must not write any more. */
function fencing(base: ChangeInput, instanceId: string): ChangeInput {
  if (base.oldPrimary.instanceId === instanceId) return base;
  return { ...base, oldPrimary: base.newPrimary, newPrimary: base.oldPrimary };
}

async function begin(
  deps: ChangesDeps,
  request: ChangeRequest,
  start: Start,
  shown: Assessment,
  actor: Actor,
): Promise<string> {
  const { secretIds = [], ...operation } = start;
  const forget = async () => {
    for (const secretId of secretIds) await deps.secrets.remove(secretId);
  };
  const { id, existed } = await deps.store
    .create({
      id: deps.ids.newId(),
      ...operation,
      pairId: request.pairId,
      serverId: null,
      startedBy: actor.name,
      idempotencyKey: request.idempotencyKey,
    })
    .catch(async (thrown: unknown) => {
      await forget();
      throw thrown;
    });
  // Woken before anything else is written: in an emergency each millisecond is an outage.
  await deps.queue.wake(id);
  if (existed) {
    await forget();
    return id;
  }
  await deps.audit.append({
    actor: actor.name,
    action: `${request.kind}-started`,
    target: start.plan.title.en,
    details: {
      operationId: id,
      pairId: request.pairId,
      planHash: start.plan.hash,
      reason: request.reason,
      typed: request.confirmation,
      ticked: request.ticks.join(', '),
      outageLimitMs: request.outageLimitMs,
      shownAtMs: shown.takenAtMs,
      shownReadiness: shown.readiness,
      shownLoss: shown.loss === null ? null : JSON.stringify(shown.loss),
      shownNotOk: shown.gates
        .filter((g) => g.state !== 'ok')
        .map((g) => `${g.code}: ${g.detail.en}`)
        .join('; '),
    },
  });
  return id;
}

/** Worse than shown = nothing starts, and the difference is said. */
function requireUnchanged(request: ChangeRequest, now: Assessment, fresh: boolean): void {
  if (!fresh && request.kind === 'switchover') {
    throw new AppError('STALE_VIEW', {
      message: 'the newest look at the pair is too old to act on',
      hint: 'Wait until the values on the page are live again.',
    });
  }
  const worse = worseSince(request.seen, now);
  if (worse.length === 0) return;
  throw changedSince(worse);
}

function changedSince(changes: readonly Text[]): AppError {
  return new AppError('STALE_VIEW', {
    message: `since you opened this: ${changes.map((each) => each.en).join('; ')}`,
    hint: 'Look at the page again, then decide anew.',
    data: { changes: JSON.stringify(changes) },
  });
}

async function startOf(deps: ChangesDeps, request: ChangeRequest, found: StoredAssessment): Promise<Start> {
  const { plan } = found.assessment;
  if (plan === null || found.input === null) {
    throw noPlan(found.assessment);
  }
  const kept = found.input as Record<string, Json>;
  switch (request.kind) {
    case 'switchover': {
      const { outageLimitMs, syncWhileAlone, reason } = request;
      const input = parseSwitchoverInput({ ...kept, outageLimitMs, syncWhileAlone, reason });
      return startWith(switchover, input, plan);
    }
    case 'failover': {
      const acceptUnproven = request.ticks.includes('accept-unproven');
      return startWith(
        failover,
        parseFailoverInput({ ...kept, acceptUnproven, reason: request.reason }),
        plan,
      );
    }
    case 'rejoin':
    case 'attach':
      return startWith(rejoin, parseRejoinInput({ ...kept, reason: request.reason }), plan);
    case 'detach':
      return startWith(detachStandby, parseDetachInput({ ...kept, reason: request.reason }), plan);
    case 'encrypt':
      return startEncrypting(deps, parseEncryptInput(kept), request, plan);
    case 'prepare':
      return startPreparing(deps, parsePrepareInput(kept), plan);
    default:
      return startAsSeen(request.kind, kept, plan);
  }
}

type AsSeen = 'start-gate' | 'pause-replay' | 'resume-replay' | 'open-primary';

/** Nothing is added to what the look found. */
function startAsSeen(kind: AsSeen, kept: Record<string, Json>, plan: Plan): Start {
  switch (kind) {
    case 'start-gate':
      return locking(placeStartGate, parseGateInput(kept), plan);
    case 'pause-replay':
    case 'resume-replay':
      return locking(setReplay, parseReplayInput(kept), plan);
    case 'open-primary':
      return locking(openPrimary, parseOpenInput(kept), plan);
  }
}

/** Keys and certificates are made or taken now, and stored before the run that writes them. */
async function startEncrypting(deps: ChangesDeps, input: EncryptInput, request: ChangeRequest, plan: Plan) {
  const { input: ready, secretIds } = await tlsMaterial(deps, input, request.certificates ?? null);
  return { ...locking(encryptReplication, ready, plan), secretIds };
}

/** What was looked at, as it was looked at, with both nodes locked. */
function locking<I extends Record<'primary' | 'standby', { instanceId: string }> & Json>(
  { kind, version }: { kind: string; version: number },
  input: I,
  plan: Plan,
): Start {
  return { kind, version, input, plan, locks: [input.primary.instanceId, input.standby.instanceId] };
}

/** Passwords and salts are made now, and stored before the run that sends their verifiers. */
async function startPreparing(deps: ChangesDeps, input: PrepareInput, plan: Plan): Promise<Start> {
  for (const role of [input.roles.replication, input.roles.rewind]) {
    const password = new Secret(deps.ids.randomText(PASSWORD_BYTES));
    role.secretId = await deps.secrets.put(`password of the role ${role.name}`, password);
    role.salt = Buffer.from(deps.ids.randomText(SALT_BYTES), 'base64url').toString('base64');
  }
  return {
    kind: preparePair.kind,
    version: preparePair.version,
    input,
    plan,
    locks: [input.primary.instanceId, input.standby.instanceId],
  };
}

/** The plan with what the person chose. Explaining these steps uses the input alone: the web process has no world. */
async function startWith<W, O, I extends ChangeInput>(
  operation: Operation<W, O, I>,
  input: I,
  shown: Plan,
): Promise<Start> {
  const { gates, confirmation, outageMs, networkBytes, madeAtMs } = shown;
  const plan = await makePlan(
    operation,
    { world: undefined as never, input },
    { gates, confirmation, outageMs, networkBytes, madeAtMs },
  );
  return {
    kind: operation.kind,
    version: operation.version,
    input: JSON.parse(JSON.stringify(input)) as Json,
    plan,
    locks: [input.oldPrimary.instanceId, input.newPrimary.instanceId],
  };
}

function noPlan(a: Assessment): AppError {
  return new AppError('GATE_FAILED', {
    message: a.refusal?.en ?? 'there is no plan for this change',
    hint: 'The page says what is missing.',
  });
}

function notLookedAt(): AppError {
  return new AppError('STALE_VIEW', {
    message: 'the pair has not been looked at yet',
    hint: 'Wait a moment: the worker looks at both servers.',
  });
}
