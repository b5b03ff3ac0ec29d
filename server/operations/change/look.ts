import { passfilePath } from '#server/domain/own-files.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { SlotSample, WalSenderSample } from '#server/domain/node-sample.ts';
import { REQUIRED_SETTINGS } from '#server/domain/required-settings.ts';
import type { FoundStartGate } from '#server/domain/start-gate.ts';
import type { HostFacts } from '#server/ports/host-probe.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import type { Activity, ReplicationTry, ServerStatus, SettingRow } from '#server/ports/postgres-admin.ts';
import type { ControlData, StopState, Wait } from '#server/ports/postgres-runtime.ts';
import { lookAtHooks, type HookLook } from '../hooks/hooks-gate.ts';
import { lookAtRoutes, type RoutesLook } from '../routes/look-at-routes.ts';
import { other, type ChangeInput, type Pin } from './input.ts';
import type { ChangeNode, ChangeWorld } from './world.ts';

const SETTINGS = [
  ...REQUIRED_SETTINGS,
  'wal_log_hints',
  'full_page_writes',
  'max_replication_slots',
  'recovery_target_timeline',
] as const;

/** Everything about a node whose PostgreSQL answers. */
export interface RunningLook {
  state: 'running';
  status: ServerStatus;
  settings: Map<string, SettingRow>;
  slots: SlotSample[];
  senders: WalSenderSample[];
  activity: Activity;
  position: NodePosition;
  control: ControlData | null;
  host: HostFacts;
  disk: { freeBytes: number; totalBytes: number };
  /** `unknown` = it takes rights that we do not have here. */
  startGate: FoundStartGate | 'unknown';
}

/** The host answers, PostgreSQL does not. */
export interface StoppedLook {
  state: 'stopped';
  stopState: StopState;
  control: ControlData | null;
  detail: string;
  disk: { freeBytes: number; totalBytes: number };
}

export interface AwayLook {
  state: 'away';
  detail: string;
}

export type NodeLook = RunningLook | StoppedLook | AwayLook;

/** One look at both nodes of a pair, taken at once: gates decide on this alone. */
export interface ChangeObservation extends Record<Pin, NodeLook> {
  takenAtMs: number;
  names: Record<Pin, string>;
  /** The old primary's try to replicate from the new one, with the role and the passfile of the real run. */
  wayBack: ReplicationTry | null;
  hooks: HookLook[];
  clientRoutes: RoutesLook;
  /** An open operation other than the one that looks. */
  otherOperation: string | null;
}

const LOOK_MS = 8_000;

/** Never rejects for what happens on a host: a node that is away is a look too. */
export async function observeChange(
  world: ChangeWorld,
  input: ChangeInput,
  signal: AbortSignal,
): Promise<ChangeObservation> {
  const wait: Wait = { signal, timeoutMs: LOOK_MS };
  const [oldPrimary, newPrimary, wayBack, hooks, clientRoutes] = await Promise.all([
    lookAt(world.oldPrimary, wait),
    lookAt(world.newPrimary, wait),
    tryWayBack(world, input, 'oldPrimary', wait),
    lookAtHooks(world, input, wait),
    lookAtRoutes(world, input, wait),
  ]);
  signal.throwIfAborted();
  return {
    takenAtMs: world.clock.nowMs(),
    names: { oldPrimary: input.oldPrimary.serverName, newPrimary: input.newPrimary.serverName },
    oldPrimary,
    newPrimary,
    wayBack,
    hooks,
    clientRoutes,
    otherOperation: null,
  };
}

/** Connects from a node to its partner's replication, as it will after the change. */
export async function tryWayBack(
  world: ChangeWorld,
  input: ChangeInput,
  from: Pin,
  wait: Wait,
): Promise<ReplicationTry | null> {
  const target = input[other(from)];
  return world[from].network
    .replication({
      ...wait,
      host: target.address,
      port: target.location.port,
      user: input.replicationRole,
      passfile: passfilePath(input[from].location.dataDirectory),
    })
    .catch(() => null);
}

/** What one node says of itself. */
export async function lookAt(node: ChangeNode, wait: Wait): Promise<NodeLook> {
  const { dataDirectory } = node.runtime.location;
  try {
    if (await node.runtime.isAcceptingConnections(wait)) return await lookRunning(node, wait);
    const [stopState, control, disk] = await Promise.all([
      node.runtime.stopState(wait),
      node.runtime.controlData(wait),
      node.files.disk(dataDirectory, wait),
    ]);
    return { state: 'stopped', stopState, control, disk, detail: 'PostgreSQL does not accept connections' };
  } catch (thrown) {
    return { state: 'away', detail: toAppError(thrown).message };
  }
}

/** It takes root's rights, which a change of roles itself may not need. */
async function lookAtStartGate({ runtime }: ChangeNode, wait: Wait): Promise<RunningLook['startGate']> {
  if (runtime.startGate === null) return 'not-here';
  return runtime.startGate.state(wait).catch(() => 'unknown' as const);
}

async function lookRunning(node: ChangeNode, wait: Wait): Promise<RunningLook> {
  const { admin, runtime } = node;
  const looks = await Promise.all([
    admin.status(wait),
    admin.settings(SETTINGS, wait),
    admin.slots(wait),
    admin.senders(wait),
    admin.activity(wait),
    node.session.position(wait),
    runtime.controlData(wait),
    node.probe.facts(wait),
    node.files.disk(runtime.location.dataDirectory, wait),
    lookAtStartGate(node, wait),
  ]);
  const [status, settings, slots, senders, activity, position, control, host, disk, startGate] = looks;
  const answers = { status, settings, slots, senders, activity, position, control, host, disk };
  return { state: 'running', ...answers, startGate };
}
