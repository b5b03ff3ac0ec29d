import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { isFreshLook, type NetworkLook } from '#server/domain/network-look.ts';
import type { DraftData, NewStandbyDraft } from '#server/domain/setup-draft.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import { examineDraft } from '#server/operations/examine-network/examine-draft.ts';
import type { StoredDraft } from '#server/ports/draft-store.ts';
import type { StoredOperation } from '#server/ports/operation-store.ts';
import type { DraftsDeps } from './drafts-deps.ts';
import { networkLookOf } from './network-look-of.ts';
import { operationView } from './operation-view.ts';
import type { DraftNetworkAnswer } from './network-answer.ts';
import type { Actor } from './services.ts';
import { startOperation } from './start-operation.ts';

const zExamined = z.object({ networkHash: z.string() });

/** What was last found of the network between the servers of a draft; starts nothing. */
export async function draftNetwork(deps: DraftsDeps, draftId: string): Promise<DraftNetworkAnswer> {
  const { data } = await deps.drafts.get(draftId);
  if (!isExaminable(data)) return { state: 'incomplete' };
  return answerOf(deps, await newestLook(deps, draftId, data));
}

/** Starts a look, or lands on the one that is under way. */
export async function examineDraftNetwork(
  deps: DraftsDeps,
  draftId: string,
  actor: Actor,
): Promise<DraftNetworkAnswer> {
  const draft = await deps.drafts.get(draftId);
  const { data } = draft;
  if (!isExaminable(data))
    throw new AppError('INVALID_INPUT', {
      message: 'the servers are not chosen yet',
      hint: 'Choose the primary and the server of its standby first.',
    });
  const newest = await newestLook(deps, draftId, data);
  const answer = answerOf(deps, newest);
  if (answer.state === 'making') return answer;
  return { state: 'making', operationId: await start(deps, draft, data, newest, actor) };
}

/** The line as it was measured, when that still counts. */
export async function measuredLine(
  deps: DraftsDeps,
  { id, data }: StoredDraft,
): Promise<{ lookId: string; bytesPerSecond: number } | null> {
  if (!isExaminable(data)) return null;
  const newest = await newestLook(deps, id, data);
  const look = newest === null ? null : lookOf(newest);
  if (newest === null || look === null || look.bytesPerSecond === null) return null;
  if (!isFreshLook(look.takenAtMs, deps.clock.nowMs())) return null;
  return { lookId: newest.id, bytesPerSecond: look.bytesPerSecond };
}

type Examinable = NewStandbyDraft & {
  primaryServerId: string;
  primaryDataDirectory: string;
  standbyServerId: string;
};

const isExaminable = (data: DraftData): data is Examinable =>
  data.kind === 'new-standby' &&
  data.primaryServerId !== null &&
  data.primaryDataDirectory !== null &&
  data.standbyServerId !== null;

/** Other answers change nothing between the servers. */
function networkHashOf(data: NewStandbyDraft): string {
  const { primaryServerId, primaryDataDirectory, standbyServerId, standbyDataDirectory } = data;
  const places = [primaryServerId, primaryDataDirectory, standbyServerId, standbyDataDirectory];
  const { standbyPort, mode, backupRateLimitBytes } = data;
  return createHash('sha256')
    .update(JSON.stringify([...places, standbyPort, mode, backupRateLimitBytes]))
    .digest('hex')
    .slice(0, 32);
}

async function newestLook(
  { reader }: DraftsDeps,
  draftId: string,
  data: NewStandbyDraft,
): Promise<StoredOperation | null> {
  const newest = await reader.newestOfDraft(draftId, [examineDraft.kind]);
  const same = newest !== null && zExamined.parse(newest.input).networkHash === networkHashOf(data);
  return same ? newest : null;
}

const lookOf = (o: StoredOperation): NetworkLook | null =>
  o.status === 'succeeded' ? networkLookOf(o) : null;

function answerOf({ clock }: DraftsDeps, newest: StoredOperation | null): DraftNetworkAnswer {
  if (newest === null) return { state: 'none' };
  const look = lookOf(newest);
  if (look !== null) return { state: 'ready', ...look };
  if (isTerminal(newest.status) || newest.status === 'needs-attention')
    return { state: 'failed', operation: operationView(newest, clock.nowMs()) };
  return { state: 'making', operationId: newest.id };
}

/** Two tabs that ask at once land on one look. */
function start(
  deps: DraftsDeps,
  { id }: StoredDraft,
  data: Examinable,
  newest: StoredOperation | null,
  actor: Actor,
): Promise<string> {
  const networkHash = networkHashOf(data);
  const idempotencyKey = `examine-draft:${id}:${networkHash}:${newest?.id ?? 'first'}`;
  const input = examineDraft.parseInput({ draftId: id, networkHash, name: data.name ?? '', draft: data });
  return startOperation(deps, examineDraft, input, { actor, serverId: null, idempotencyKey });
}
