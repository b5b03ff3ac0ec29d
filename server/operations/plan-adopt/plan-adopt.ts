import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import { text } from '#server/domain/text.ts';
import { locationOfFound } from '#server/domain/server-check.ts';
import { GATE_WISHES } from '#server/domain/start-gate.ts';
import type { GateResult } from '#server/domain/plan.ts';
import { placeNameOf, type InstanceLocation } from '#server/domain/instance-location.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { adoptPair } from '../adopt-pair/adopt-pair.ts';
import type { AdoptInput } from '../adopt-pair/input.ts';
import { ADOPT_GATES, observePair, type AdoptObservation } from '../adopt-pair/observation.ts';
import { requireLogin } from '../adopt-pair/require-login.ts';
import { instanceIdOf, planWorld, type HostAccess, type PlanningWorld } from '../host-access.ts';
import { freeRole, requireFreePairName } from '../plan-setup/free-names.ts';
import { mistakeGates } from '../prepare-pair/mistake-gates.ts';
import { observeHabits } from '../prepare-pair/observe-habits.ts';
import { findInstance } from '../plan-setup/choose-places.ts';
import type { OperationNode } from '../pair-world.ts';
import { decideGate } from '../start-gate/decide-gate.ts';
import { parseChange } from '../change/input.ts';
import { lookAndDecide, type Decided } from '../look-and-decide.ts';

const zInput = z.object({
  draftId: z.string(),
  dataHash: z.string(),
  name: z.string().min(1),
  draft: z.object({
    kind: z.literal('adopt'),
    /** Either node: the roles are found. */
    primaryServerId: z.string(),
    primaryDataDirectory: z.string(),
    /** Null = found in the inventory by the address that the first node names. */
    standbyServerId: z.string().nullable(),
    standbyDataDirectory: z.string().nullable(),
    givenRole: z.string().nullable(),
    givenRoleSecretId: z.string().nullable(),
    startGate: z.enum(GATE_WISHES).default('none'),
    name: z.string().nullable(),
    environment: z.enum(['production', 'staging', 'development']),
  }),
});
export type PlanAdoptInput = z.infer<typeof zInput>;
type Context = StepContext<PlanningWorld, PlanAdoptInput>;

const LOOK_MS = 20_000;

interface Side {
  host: HostAccess;
  location: InstanceLocation;
  node: OperationNode;
}

async function look(c: Context): Promise<Decided> {
  const wait: Wait = { signal: c.signal, timeoutMs: LOOK_MS };
  await requireFreePairName(c.world, c.input.name);
  const { draft } = c.input;
  const host = await c.world.host(draft.primaryServerId);
  const { location } = await findInstance(host, draft.primaryDataDirectory, wait);
  const first: Side = { host, location, node: host.node(location) };
  const second = await findOther(c, first, wait);
  const firstIsStandby = (await first.node.admin.status(wait)).inRecovery;
  const [primary, standby] = firstIsStandby ? [second, first] : [first, second];
  const world = planWorld(c.world, { primary: primary.node, standby: standby.node });
  const observation = await observePair(world, wait);
  const gate = await decideGate({
    wish: draft.startGate,
    majorVersion: Math.floor(observation.primary.serverVersionNum / 10_000),
    nodes: { primary: primary.node, standby: standby.node },
    measuredAtMs: observation.takenAtMs,
    wait,
  });
  const decided = await decide(c, primary, standby, observation, wait);
  const input: AdoptInput = { ...decided, startGate: gate.policy };
  const plan = await makePlan(
    adoptPair,
    { world, input },
    {
      gates: [
        ...ADOPT_GATES.flatMap((gate) => gate(observation, input)),
        ...mistakeGates(await observeHabits(world, wait)).map(later),
        ...gate.gates.map(remembered),
      ],
      confirmation: null,
      outageMs: 0,
      networkBytes: 0,
      madeAtMs: c.world.clock.nowMs(),
    },
  );
  return { plan, input };
}

/** Watching changes none of it: preparing the pair afterwards does. */
function later(gate: GateResult): GateResult {
  const fix = text(
    'The pair is watched all the same. Preparing it for changes of roles shows what can be done.',
    'Das Serverpaar wird trotzdem überwacht. Das Vorbereiten für Rollenwechsel zeigt, was sich tun lässt.',
  );
  return { ...gate, fix };
}

/** Taking a pair over lays nothing: its page offers the gates, with this choice. */
function remembered(gate: GateResult): GateResult {
  if (gate.state !== 'ok') return gate;
  return {
    ...gate,
    detail: text(
      `${gate.detail.en} The pair’s page offers it once the pair is prepared for changes of roles; nothing of it is done now.`,
      `${gate.detail.de} Die Seite des Serverpaars bietet sie an, sobald es für Rollenwechsel vorbereitet ist; jetzt geschieht davon nichts.`,
    ),
  };
}

/** The other half: same system identifier, on the server that replication itself names. */
async function findOther(c: Context, first: Side, wait: Wait): Promise<Side> {
  const status = await first.node.admin.status(wait);
  const addresses = status.inRecovery
    ? [status.senderHost]
    : (await first.node.admin.senders(wait)).map((s) => s.clientAddr);
  const servers = await c.world.servers();
  const wanted =
    c.input.draft.standbyServerId ??
    servers.find((s) => s.id !== first.host.server.id && addresses.includes(s.host))?.id;
  if (wanted === undefined) throw otherUnknown(first.host.server.name, addresses);
  const host = await c.world.host(wanted);
  // Of two that are the same system, the half is the one with the other role: a machine that is in the
  // inventory twice shows the first one again, under another name.
  let same: Side | null = null;
  for (const side of await candidates(host, first, status.superuser, wait)) {
    const other = await side.node.admin.status(wait);
    if (other.systemIdentifier !== status.systemIdentifier) continue;
    if (other.inRecovery !== status.inRecovery) return side;
    same ??= side;
  }
  if (same !== null) return same;
  throw new AppError('GATE_FAILED', {
    message: `no instance of the same database system runs on ${host.server.name}`,
    detail: `system identifier ${status.systemIdentifier}`,
    hint: 'Start the standby, or choose the server that it runs on.',
  });
}

/** What runs on the server and can be operated, without the half that is known. */
async function candidates(host: HostAccess, first: Side, superuser: string, wait: Wait): Promise<Side[]> {
  const sameServer = host.server.id === first.host.server.id;
  return (await host.probe.instances(wait)).flatMap((found): Side[] => {
    const there = locationOfFound(found);
    if (!found.supported || !found.running || there === null) return [];
    // A server in a container tells its superuser, the one that follows it on a host does not: they have the same.
    const location = { ...there, superuser };
    if (sameServer && placeNameOf(location) === placeNameOf(first.location)) return [];
    return [{ host, location, node: host.node(location) }];
  });
}

async function decide(
  c: Context,
  primary: Side,
  standby: Side,
  o: AdoptObservation,
  wait: Wait,
): Promise<Omit<AdoptInput, 'startGate'>> {
  const { draft } = c.input;
  const node = (side: Side): AdoptInput['primary'] => ({
    serverId: side.host.server.id,
    serverName: side.host.server.name,
    instanceId: instanceIdOf(side.host.server.id, side.location),
    location: { ...side.location, superuser: o.primary.superuser },
    address: side.host.server.host,
    seenAs: side.host.server.host,
  });
  const sender = o.senders.find((s) => s.clientAddr === standby.host.server.host) ?? o.senders[0];
  const slots = await primary.node.admin.slots(wait);
  return {
    pairId: c.world.ids.newId(),
    pairName: c.input.name,
    environment: draft.environment,
    mode: sender?.syncState === 'sync' || sender?.syncState === 'quorum' ? 'synchronous' : 'asynchronous',
    majorVersion: Math.floor(o.primary.serverVersionNum / 10_000),
    systemIdentifier: o.primary.systemIdentifier,
    superuser: o.primary.superuser,
    primary: node(primary),
    standby: node(standby),
    hbaFiles: { primary: o.primary.hbaFile, standby: o.standby.hbaFile },
    slotName: slots.find((s) => s.active && s.type === 'physical')?.name ?? null,
    senderName: sender?.applicationName ?? '',
    monitor: await monitorRole(c, [primary, standby], wait),
    monitorGiven: draft.givenRole !== null,
  };
}

async function monitorRole(c: Context, sides: [Side, Side], wait: Wait): Promise<AdoptInput['monitor']> {
  const [primary] = sides;
  const { givenRole, givenRoleSecretId } = c.input.draft;
  if (givenRole !== null) {
    const facts = await primary.node.admin.role(givenRole, wait);
    if (facts === null) throw roleMissing(givenRole, primary.host.server.name);
    const secretId = givenRoleSecretId ?? '';
    const password = await c.world.secret(secretId);
    for (const { node } of sides) await requireLogin(node, givenRole, password, wait);
    return { name: givenRole, secretId, salt: '' };
  }
  return freeRole(c.world, primary.node.admin, 'tandem_monitor', wait);
}

function roleMissing(role: string, server: string): AppError {
  return new AppError('GATE_FAILED', {
    message: `there is no login role ${role} on ${server}`,
    hint: `CREATE ROLE ${role} LOGIN PASSWORD '…'; GRANT pg_monitor TO ${role};`,
    data: { field: 'givenRole', server },
  });
}

function otherUnknown(server: string, addresses: readonly (string | null)[]): AppError {
  const seen = addresses.filter((a) => a !== null).join(', ');
  return new AppError('GATE_FAILED', {
    message:
      seen === ''
        ? `${server} shows no partner in replication`
        : `the partner of ${server} (${seen}) is not among the servers`,
    hint:
      seen === ''
        ? 'Mend replication first, or set up a new standby.'
        : `Add ${seen} as a server, or choose the partner yourself.`,
  });
}

/** Makes the plan of watching a pair that replicates already; reads only. */
export const planAdopt = lookAndDecide<PlanningWorld, PlanAdoptInput>({
  kind: 'plan-adopt',
  title: (input) => text(`Make the plan for ${input.name}`, `Plan für ${input.name} erstellen`),
  parseInput: (raw) => parseChange(zInput, raw),
  explain: () =>
    text('Look at the pair and make the plan.', 'Das Serverpaar ansehen und den Plan erstellen.'),
  expectedMs: 4_000,
  timeoutMs: 120_000,
  decide: look,
});
