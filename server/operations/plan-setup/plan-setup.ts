import * as z from 'zod';
import type { StepContext } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import { text } from '#server/domain/text.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { instanceIdOf, planWorld, type HostAccess, type PlanningWorld } from '../host-access.ts';
import { needsRestart, type SetupInput } from '../setup-standby/input.ts';
import { observeSetup, type SetupObservation, type SetupSubject } from '../setup-standby/observation.ts';
import { SETUP_GATES } from '../setup-standby/gates/setup-gates.ts';
import { setupStandby } from '../setup-standby/setup-standby.ts';
import type { OperationNode, PairWorld } from '../pair-world.ts';
import { decideGate, type GateDecision } from '../start-gate/decide-gate.ts';
import { chooseStandbyPlace, findInstance } from './choose-places.ts';
import { chooseSlotName, decideSettings, decideStandbySettings } from './decide-setup.ts';
import { freeRole, requireFreePairName } from './free-names.ts';
import { measureAddresses } from './measure-addresses.ts';
import { zPlannedDraft } from './planned-draft.ts';
import { parseChange } from '../change/input.ts';
import { lookAndDecide, type Decided } from '../look-and-decide.ts';

const zInput = z.object({
  draftId: z.string(),
  /** Fingerprint of the draft's answers: a plan of other answers is stale. */
  dataHash: z.string(),
  name: z.string().min(1),
  draft: zPlannedDraft,
  /** The line as it was measured; null = it was not, or too long ago. */
  line: z.object({ lookId: z.string(), bytesPerSecond: z.number() }).nullable().default(null),
});
export type PlanSetupInput = z.infer<typeof zInput>;
type Context = StepContext<PlanningWorld, PlanSetupInput>;

/** Expected write outage of a restart, ms. */
const RESTART_OUTAGE_MS = 4_000;
const LOOK_MS = 20_000;

/** Looks at both hosts and decides everything; its output is the plan and the input that carries it out. */
async function look(c: Context): Promise<Decided> {
  const wait: Wait = { signal: c.signal, timeoutMs: LOOK_MS };
  const { draft } = c.input;
  await requireFreePairName(c.world, c.input.name);
  const [first, second] = await Promise.all([
    c.world.host(draft.primaryServerId),
    c.world.host(draft.standbyServerId),
  ]);
  const found = await findInstance(first, draft.primaryDataDirectory, wait);
  c.log(
    `primary: PostgreSQL ${found.found.majorVersion} in ${found.location.dataDirectory}, port ${found.location.port}`,
  );
  const { location: place, stopTarget } = await chooseStandbyPlace(second, draft, found, wait);
  const nodes = { primary: first.node(found.location), standby: second.node(place) };
  const addresses = await measureAddresses(
    { node: nodes.primary, guess: first.server.host },
    { node: nodes.standby, guess: second.server.host },
    wait,
  );
  c.log(`addresses: primary ${addresses.primary.address}, standby seen as ${addresses.standby.seenAs}`);
  const taken = (await nodes.primary.admin.slots(wait)).map((s) => s.name);
  const entries = await nodes.standby.files.list(place.dataDirectory, wait);
  const isEmpty = entries === null || entries.length === 0;
  // Configuration goes there too, never beside other clusters' directories: pg_lsclusters would list it.
  const asideTo = `${place.dataDirectory}.before-tandem-${stamp(c.world.clock.nowMs())}`;
  const subject: SetupSubject = {
    primary: {
      serverName: first.server.name,
      location: found.location,
      address: addresses.primary.address,
    },
    standby: { serverName: second.server.name, location: place, address: addresses.standby.address },
    slotName: chooseSlotName(c.input.name, taken),
    moveAsideTo: isEmpty ? null : asideTo,
    stopTarget,
    mountedFiles: await mountedFiles(nodes, wait),
  };
  const world = planWorld(c.world, nodes);
  const observation = await observeSetup(world, subject, wait);
  const configThere =
    place.kind !== 'docker' &&
    place.configDirectory !== null &&
    (await nodes.standby.files.stat(place.configDirectory, wait)) !== null;
  const gate = await gateFor(draft, nodes, observation, wait);
  const input = await decide(c, {
    first,
    second,
    nodes,
    subject,
    addresses,
    observation,
    startGate: gate.policy,
    configAsideTo: configThere ? `${asideTo}.configuration` : null,
    wait,
  });
  return planAnswer(c, world, input, { observation, gate });
}

/** A base backup of a container carries only its data directory; another container has the rest mounted too. */
async function mountedFiles({ primary, standby }: Seen['nodes'], wait: Wait): Promise<string[]> {
  const { kind, dataDirectory } = primary.runtime.location;
  if (kind !== 'docker' || standby.runtime.location.kind !== 'docker') return [];
  const { configFile, hbaFile } = await primary.admin.status(wait);
  return [configFile, hbaFile].filter((file) => !file.startsWith(`${dataDirectory}/`));
}

const majorOf = ({ primary }: SetupObservation): number =>
  Math.floor(primary.status.serverVersionNum / 10_000);

const gateFor = (
  { startGate: wish }: PlanSetupInput['draft'],
  nodes: Seen['nodes'],
  o: SetupObservation,
  wait: Wait,
): Promise<GateDecision> =>
  decideGate({ wish, majorVersion: majorOf(o), nodes, measuredAtMs: o.takenAtMs, wait });

interface Seen {
  first: HostAccess;
  second: HostAccess;
  nodes: { primary: OperationNode; standby: OperationNode };
  subject: SetupSubject;
  addresses: Awaited<ReturnType<typeof measureAddresses>>;
  observation: SetupObservation;
  startGate: GateDecision['policy'];
  /** Where the standby's configuration outside of its data directory goes; null = there is none. */
  configAsideTo: string | null;
  wait: Wait;
}

async function decide(c: Context, s: Seen): Promise<SetupInput> {
  const { draft } = c.input;
  const { status } = s.observation.primary;
  const node = (host: HostAccess, side: 'primary' | 'standby'): SetupInput['primary'] => ({
    serverId: host.server.id,
    serverName: host.server.name,
    instanceId: instanceIdOf(host.server.id, s.subject[side].location),
    location: { ...s.subject[side].location, superuser: status.superuser },
    ...s.addresses[side],
  });
  return {
    pairId: c.world.ids.newId(),
    pairName: c.input.name,
    environment: draft.environment,
    mode: draft.mode,
    majorVersion: majorOf(s.observation),
    systemIdentifier: status.systemIdentifier,
    superuser: status.superuser,
    hbaFile: status.hbaFile,
    primary: node(s.first, 'primary'),
    standby: node(s.second, 'standby'),
    slotName: s.subject.slotName,
    roles: {
      replication: await freeRole(c.world, s.nodes.primary.admin, 'tandem_replication', s.wait),
      rewind: await freeRole(c.world, s.nodes.primary.admin, 'tandem_rewind', s.wait),
      monitor: await freeRole(c.world, s.nodes.primary.admin, 'tandem_monitor', s.wait),
    },
    settings: decideSettings(s.observation, draft satisfies NewStandbyDraft),
    standbySettings: decideStandbySettings(s.observation),
    moveAsideTo: s.subject.moveAsideTo,
    configAsideTo: s.configAsideTo,
    mountedFiles: [...s.subject.mountedFiles],
    // Where a host has them they lie in its directory, or go with the data.
    includedFiles: s.observation.primary.included.files,
    includedDirectories: s.observation.primary.included.directories,
    stopTarget: s.subject.stopTarget,
    startGate: s.startGate,
    backupRateLimitBytes: draft.backupRateLimitBytes,
    lineBytesPerSecond: c.input.line?.bytesPerSecond ?? null,
    databaseBytes: status.databaseBytes,
  };
}

async function planAnswer(
  c: Context,
  world: PairWorld,
  input: SetupInput,
  seen: { observation: SetupObservation; gate: GateDecision },
): Promise<Decided> {
  const conditions = SETUP_GATES.flatMap((gate) => gate(seen.observation, input));
  const gates = [...conditions, ...seen.gate.gates];
  const confirmation =
    input.moveAsideTo === null
      ? null
      : {
          word: input.standby.serverName,
          reason: text(
            `${input.standby.location.dataDirectory} on ${input.standby.serverName} is not empty; it is moved aside.`,
            `${input.standby.location.dataDirectory} auf ${input.standby.serverName} ist nicht leer; es wird verschoben.`,
          ),
        };
  const plan = await makePlan(
    setupStandby,
    { world, input },
    {
      gates,
      confirmation,
      outageMs: needsRestart(input) ? RESTART_OUTAGE_MS : 0,
      networkBytes: Math.round(input.databaseBytes),
      madeAtMs: c.world.clock.nowMs(),
    },
  );
  return { plan, input };
}

function stamp(nowMs: number): string {
  return new Date(nowMs)
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z$/g, '')
    .replace('T', '-');
}

/** Makes the plan of a new standby; reads only. */
export const planSetup = lookAndDecide<PlanningWorld, PlanSetupInput>({
  kind: 'plan-setup',
  title: (input) => text(`Make the plan for ${input.name}`, `Plan für ${input.name} erstellen`),
  parseInput: (raw) => parseChange(zInput, raw),
  explain: () =>
    text('Look at both servers and make the plan.', 'Beide Server ansehen und den Plan erstellen.'),
  expectedMs: 5_000,
  timeoutMs: 120_000,
  decide: look,
});
