import { GATE_WAYS, type WayOption } from '#server/domain/assessment.ts';
import type { GateResult, Text } from '#server/domain/plan.ts';
import {
  foundGateText,
  GATE_POLICIES,
  GATE_WAIT_S,
  policyText,
  type FoundStartGate,
} from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeMember, ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { ADOPT_GATES, observePair } from '../adopt-pair/observation.ts';
import { assessed } from '../change/assessed.ts';
import { ANOTHER_WORKS, refused } from '../change/blank-assessment.ts';
import { sideOf } from '../change/side-of.ts';
import type { OperationNode, PairWorld } from '../pair-world.ts';
import type { GateInput } from './input.ts';
import { placeStartGate } from './start-gate.ts';
import { OLDEST_GATE_MAJOR, tooOldForGate } from './too-old-for-gate.ts';

const LOOK_MS = 10_000;

type Choice = GateInput['choice'];

/** Looks at the gates of both nodes, and plans the one that the person chose. */
export async function assessStartGate(o: {
  world: PairWorld;
  pair: ChangePair;
  way: string | null;
  ids: Ids;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair } = o;
  const wait: Wait = { signal: o.signal, timeoutMs: LOOK_MS };
  const [oldPrimary, newPrimary] = [pair.primary, pair.standby];
  const frame = { ids: o.ids, pair, kind: 'start-gate' as const, oldPrimary, newPrimary };
  const found = await Promise.all([stateOn(world.primary, wait), stateOn(world.standby, wait)]);
  const refusal = refusalOf(pair, found);
  if (refusal !== null || pair.slotName === null || pair.replicationRole === null)
    return refused({ ...frame, takenAtMs: world.clock.nowMs() }, refusal ?? NOT_PREPARED);
  const ways = waysOf(found, pair.gateWish !== null);
  const choice = choiceOf(o.way ?? pair.gateWish, ways);
  const input: GateInput = {
    pairId: pair.pairId,
    pairName: pair.name,
    choice,
    waitSeconds: GATE_WAIT_S,
    systemIdentifier: pair.systemIdentifier,
    slotName: pair.slotName,
    replicationRole: pair.replicationRole,
    primary: sideOf(pair.primary),
    standby: sideOf(pair.standby),
  };
  const observation = await observePair(world, wait);
  const takenAtMs = world.clock.nowMs();
  const gates = [
    ...(choice === 'remove' ? [] : ADOPT_GATES.flatMap((gate) => gate(observation, input))),
    ...[pair.primary, pair.standby].map((member, i) => foundGate(member, found[i] ?? 'none', takenAtMs)),
  ];
  return assessed(
    { ...frame, takenAtMs },
    { operation: placeStartGate, world, input, gates },
    { ways, chosenWay: choice },
  );
}

async function stateOn({ runtime }: OperationNode, wait: Wait): Promise<FoundStartGate> {
  return runtime.startGate === null ? 'not-here' : runtime.startGate.state(wait);
}

const NOT_PREPARED = text(
  'A gate asks with the replication role: prepare the pair for changes of roles first.',
  'Eine Startsperre fragt mit der Replikationsrolle: Bereiten Sie das Serverpaar zuerst für Rollenwechsel vor.',
);

function refusalOf(pair: ChangePair, found: readonly FoundStartGate[]): Text | null {
  const without = [pair.primary, pair.standby].filter((_, i) => found[i] === 'not-here');
  const names = without.map((member) => member.serverName).join(', ');
  if (without.length > 0)
    return text(
      `No start gate is possible on ${names}: systemd does not start PostgreSQL there. A start by hand or by another program would go round it.`,
      `Auf ${names} ist keine Startsperre möglich: systemd startet PostgreSQL dort nicht. Ein Start von Hand oder durch ein anderes Programm ginge daran vorbei.`,
    );
  if (pair.majorVersion < OLDEST_GATE_MAJOR) return tooOldForGate(pair.majorVersion);
  if (pair.runningOperationId !== null) return ANOTHER_WORKS;
  return null;
}

/** Taking gates away settles a wish for them, too. */
function waysOf(found: readonly FoundStartGate[], wished: boolean): WayOption[] {
  const policies = GATE_POLICIES.map((way) => ({ way, reason: policyText(way, GATE_WAIT_S) }));
  const there = wished || found.some((each) => typeof each !== 'string');
  const remove = {
    way: 'remove' as const,
    reason: text(
      'Both gates are taken away: an old primary that was out of reach during a failover comes back writable.',
      'Beide Startsperren werden entfernt: Ein alter Primärserver, der beim Failover nicht erreichbar war, kommt schreibbar zurück.',
    ),
  };
  return [...policies, ...(there ? [remove] : [])].map((option) => ({
    ...option,
    feasible: true,
    bytes: null,
    expectedMs: null,
  }));
}

function choiceOf(wanted: string | null, ways: readonly WayOption[]): Choice {
  const given = GATE_WAYS.find((each) => each === wanted);
  return given !== undefined && ways.some((option) => option.way === given) ? given : 'while-attached';
}

/** What is there now: never in the way of laying it. */
const foundGate = (member: ChangeMember, found: FoundStartGate, measuredAtMs: number): GateResult => ({
  code: 'start-gate',
  state: 'ok',
  server: member.serverName,
  title: FOUND_TITLE,
  detail: foundGateText(found),
  fix: null,
  measuredAtMs,
});

const FOUND_TITLE = text('Start gate as it is now', 'Startsperre, wie sie jetzt ist');
