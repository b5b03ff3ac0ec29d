import type { FoundStartGate } from '#server/domain/start-gate.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Clock } from '#server/ports/clock.ts';
import type {
  ComposedContainer,
  ComposeHash,
  ComposeHost,
  ComposeReading,
} from '#server/ports/compose-host.ts';
import type { ContainerEngine } from '#server/ports/container-host.ts';
import type { Activity, ServerStatus, SettingRow } from '#server/ports/postgres-admin.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode } from '../pair-world.ts';
import { containerOf, type ReleaseInput } from './input.ts';

/** What releasing settings reaches: one server, its Compose, and the partner where it has one. */
export interface ReleaseWorld {
  clock: Clock;
  compose: ComposeHost;
  node: OperationNode;
  partner: Pick<OperationNode, 'serverName' | 'admin'> | null;
}

/** One look at a container that Compose made, its file and its server. */
export interface ReleaseObservation {
  takenAtMs: number;
  engine: ContainerEngine | null;
  container: ComposedContainer | null;
  /** Of the image's name now. */
  imageId: string | null;
  /** Null = there is no such file, or it is a link. */
  file: ComposeReading | null;
  hash: ComposeHash;
  keptNameIsFree: boolean;
  sharers: string[];
  changedInside: string[];
  commandLine: SettingRow[];
  configFiles: string[];
  status: ServerStatus;
  activity: Activity;
  /** Null = it could not be asked. */
  partnerInRecovery: boolean | null;
}

export async function observeRelease(
  world: ReleaseWorld,
  input: ReleaseInput,
  wait: Wait,
): Promise<ReleaseObservation> {
  const { compose, node, partner } = world;
  const name = containerOf(input);
  const [engine, container] = await Promise.all([compose.engine(wait), compose.container(name, wait)]);
  const isMade = container?.compose?.files.length === 1;
  const file = isMade ? await compose.reading(input.place, input.imageId, wait) : null;
  const asks = file !== null && engine?.compose != null;
  const [hash, imageId, kept, sharers, changedInside] = await Promise.all([
    asks ? compose.hash(input.place, name, wait) : ({ state: 'unknown', detail: '' } as const),
    container === null ? null : compose.imageId(container.image, wait),
    file === null ? null : compose.fileHash(input.file.keptAs, input.imageId, wait),
    compose.networkSharers(name, wait),
    compose.changedInside(name, wait),
  ]);
  const [commandLine, configFiles, status, activity, partnerStatus] = await Promise.all([
    node.admin.commandLine(wait),
    node.admin.configFiles(wait),
    node.admin.status(wait),
    node.admin.activity(wait),
    partner === null ? null : partner.admin.status(wait).catch(whenUnseen),
  ]);
  return {
    takenAtMs: world.clock.nowMs(),
    ...{ engine, container, imageId, file, hash, keptNameIsFree: kept === null, sharers, changedInside },
    ...{ commandLine, configFiles, status, activity, partnerInRecovery: partnerStatus?.inRecovery ?? null },
  };
}

function whenUnseen(thrown: unknown): null {
  if (thrown instanceof AppError) return null;
  throw thrown;
}

/** What lies before each start, as its configuration says; null = nothing. */
export async function gateConfigOf(node: ReleaseWorld['node'], wait: Wait): Promise<string | null> {
  const found: FoundStartGate = (await node.runtime.startGate?.state(wait)) ?? 'not-here';
  return typeof found === 'string' ? null : found.config;
}
