import * as z from 'zod';
import { defineOperation, type ReadStep, type StepContext } from '#server/engine/define-operation.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { NetworkLook } from '#server/domain/network-look.ts';
import { text } from '#server/domain/text.ts';
import type { WalMeter } from '#server/ports/link-probe.ts';
import type { Json } from '#server/ports/operation-store.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { parseChange } from '../change/input.ts';
import type { HostAccess, PlanningWorld } from '../host-access.ts';
import { chooseStandbyPlace, findInstance } from '../plan-setup/choose-places.ts';
import { freeRoleName } from '../plan-setup/free-names.ts';
import { measureAddresses } from '../plan-setup/measure-addresses.ts';
import { zPlannedDraft } from '../plan-setup/planned-draft.ts';
import type { Examined, ExaminedNode, WalRate } from './examined.ts';
import { judgeWay } from './judge-way.ts';
import { observeWay, type NetworkNode, type WayObservation } from './observe-way.ts';
import { plannedRules } from './planned-rules.ts';
import { shutDoors } from './shut-doors.ts';

const zInput = z.object({
  draftId: z.string(),
  /** Fingerprint of the answers on which the network hangs. */
  networkHash: z.string(),
  name: z.string(),
  draft: zPlannedDraft,
});
export type ExamineDraftInput = z.infer<typeof zInput>;

export interface ExamineDraftWorld extends PlanningWorld {
  networkNode(serverId: string, location: ExaminedNode['location']): Promise<NetworkNode & { wal: WalMeter }>;
}
type Context = StepContext<ExamineDraftWorld, ExamineDraftInput>;

const LOOK_MS = 20_000;
/** WAL is written in bursts: a shorter look says nothing. */
const WATCH_WAL_MS = 4_000;

/** The standby's way first: its port is opened for a stream, which measures the line for both. */
const examine: ReadStep<ExamineDraftWorld, ExamineDraftInput> = {
  kind: 'read',
  name: 'examine',
  group: 'reads',
  server: () => null,
  explain: () =>
    text(
      'Look at the network between both servers, both ways, before the set-up.',
      'Vor der Einrichtung das Netz zwischen beiden Servern in beiden Richtungen ansehen.',
    ),
  expectedMs: () => 12_000,
  timeoutMs: 240_000,
  read: async (c) => {
    const wait: Wait = { signal: c.signal, timeoutMs: LOOK_MS };
    const draft = await placesOf(c, wait);
    const primary = await c.world.networkNode(draft.primary.serverId, draft.primary.location);
    const standby = await c.world.networkNode(draft.standby.serverId, draft.standby.location);
    const watched = await watchWal(primary.wal, wait);
    const nodes = { primary, standby };
    const toStandby = await observeWay(nodes, draft, 'primary', wait);
    const toPrimary = await observeWay(nodes, draft, 'standby', wait);
    const examined = { ...draft, wal: await watched(c) };
    const ways = shareStream(toStandby, toPrimary);
    const nowMs = c.world.clock.nowMs();
    const look: NetworkLook = {
      gates: ways.flatMap((way) => judgeWay(way, examined, nowMs)),
      doors: ways.flatMap((way) => shutDoors(way, examined)),
      later: laterOf(examined),
      bytesPerSecond: streamOf(toStandby)?.toStandby ?? null,
      takenAtMs: nowMs,
    };
    return JSON.parse(JSON.stringify(look)) as Json;
  },
};

/** Where both sides are, or will be, with what the plan will make between them. */
async function placesOf(c: Context, wait: Wait): Promise<Examined> {
  const { draft } = c.input;
  const first = await c.world.host(draft.primaryServerId);
  const second = await c.world.host(draft.standbyServerId);
  const found = await findInstance(first, draft.primaryDataDirectory, wait);
  const place = await standbyPlace(c, second, found, wait);
  const node = first.node(found.location);
  const addresses = await measureAddresses(
    { node, guess: first.server.host },
    { node: second.node(place), guess: second.server.host },
    wait,
  );
  const [replication, rewind] = [
    await freeRoleName(node.admin, 'tandem_replication', wait),
    await freeRoleName(node.admin, 'tandem_rewind', wait),
  ];
  const seenAs = { primary: addresses.primary.seenAs, standby: addresses.standby.seenAs };
  const side = ({ server }: HostAccess, location: typeof place, address: string): ExaminedNode => ({
    serverId: server.id,
    serverName: server.name,
    location,
    address,
  });
  return {
    synchronous: draft.mode === 'synchronous',
    primary: side(first, found.location, addresses.primary.address),
    standby: side(second, place, addresses.standby.address),
    replicationRole: replication,
    rewindRole: rewind,
    wal: null,
    planned: {
      rules: plannedRules({ replication, rewind, monitor: 'tandem_monitor' }, Object.values(seenAs)),
      seenAs,
      backup: { bytes: (await node.admin.status(wait)).databaseBytes, limit: draft.backupRateLimitBytes },
    },
  };
}

/** A server that is not prepared yet has no place for the standby: its port is what the network needs. */
async function standbyPlace(
  c: Context,
  host: HostAccess,
  primary: Awaited<ReturnType<typeof findInstance>>,
  wait: Wait,
): Promise<ExaminedNode['location']> {
  const { draft } = c.input;
  try {
    return (await chooseStandbyPlace(host, draft, primary, wait)).location;
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    if (code !== 'GATE_FAILED' && code !== 'CONTAINER_MISSING') throw thrown;
    c.log(`no place for the standby yet: ${message}`);
    return {
      ...{ kind: 'plain', name: null, configDirectory: null, socketDirectory: null },
      dataDirectory: draft.standbyDataDirectory ?? primary.location.dataDirectory,
      binDirectory: primary.location.binDirectory,
      osOwner: (await host.probe.facts(wait)).user,
      port: draft.standbyPort ?? primary.location.port,
    };
  }
}

/** Begins to watch; the answer ends it. A server that cannot tell leaves it unknown. */
async function watchWal(meter: WalMeter, wait: Wait): Promise<(c: Context) => Promise<WalRate | null>> {
  const before = await meter.position(wait).catch(() => null);
  return async ({ world, signal }) => {
    if (before === null) return null;
    try {
      let now = await meter.position(wait);
      if (now.atMs - before.atMs < WATCH_WAL_MS) {
        await world.clock.sleep(WATCH_WAL_MS - (now.atMs - before.atMs), signal);
        now = await meter.position(wait);
      }
      const seen = ((now.bytes - before.bytes) * 1_000) / Math.max(now.atMs - before.atMs, 1);
      const usual = (await meter.average(wait)) ?? seen;
      return { average: Math.round(usual), peak: Math.round(Math.max(usual, seen)), watched: 'look' };
    } catch {
      signal.throwIfAborted();
      return null;
    }
  };
}

const streamOf = ({ stream }: WayObservation) => (stream !== null && 'port' in stream ? stream : null);

/** What comes to the standby is what it receives from the primary: the way of the copy and of WAL. */
function shareStream(toStandby: WayObservation, toPrimary: WayObservation): WayObservation[] {
  const { stream } = toStandby;
  const rate = (bytesPerSecond: number | null | undefined) =>
    typeof bytesPerSecond === 'number' ? { bytesPerSecond, atMost: false } : null;
  const failed = stream !== null && 'unknown' in stream ? stream : null;
  return [
    { ...toPrimary, bandwidth: failed ?? rate(streamOf(toStandby)?.toStandby) ?? NOT_MEASURED },
    { ...toStandby, bandwidth: rate(streamOf(toStandby)?.toPrimary) },
  ];
}

const NOT_MEASURED = {
  unknown: text(
    'not measured: nothing came through to the standby',
    'nicht gemessen: Zum Standby-Server kam nichts durch',
  ),
};

function laterOf({ standby, replicationRole, rewindRole }: Examined) {
  return [
    text(
      `Whether ${replicationRole} and ${rewindRole} log in: the set-up makes them, and tries.`,
      `Ob sich ${replicationRole} und ${rewindRole} anmelden können: Die Einrichtung legt sie an und versucht es.`,
    ),
    text(
      `TLS and pg_hba.conf of ${standby.serverName}: they come with the copy.`,
      `TLS und pg_hba.conf von ${standby.serverName}: Sie kommen mit der Kopie.`,
    ),
  ];
}

/** Looks at the network between the servers of a draft; changes nothing. */
export const examineDraft = defineOperation<ExamineDraftWorld, null, ExamineDraftInput>({
  kind: 'examine-draft',
  version: 1,
  title: ({ name }) =>
    text(`Examine the network for ${name}`.trim(), `Das Netz für ${name} untersuchen`.trim()),
  parseInput: (raw) => parseChange(zInput, raw),
  observe: () => Promise.resolve(null),
  steps: [examine],
});
