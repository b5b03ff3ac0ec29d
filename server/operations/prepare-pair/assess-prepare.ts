import type { WayOption } from '#server/domain/assessment.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { ChangeMember, ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { ADOPT_GATES, observePair, type AdoptObservation } from '../adopt-pair/observation.ts';
import { assessed } from '../change/assessed.ts';
import { ANOTHER_WORKS, refused } from '../change/blank-assessment.ts';
import { freeRoleName } from '../plan-setup/free-names.ts';
import { measureAddresses } from '../plan-setup/measure-addresses.ts';
import type { PairWorld } from '../pair-world.ts';
import type { PrepareInput } from './input.ts';
import { decideMend } from './mend.ts';
import { mistakeGates } from './mistake-gates.ts';
import { observeHabits } from './observe-habits.ts';
import { preparePair } from './prepare-pair.ts';

const LOOK_MS = 20_000;
const NOTHING: PrepareInput['mend'] = {
  settings: { primary: {}, standby: {} },
  closeRules: { primary: false, standby: false },
};

/** Looks at an adopted pair and plans what changes of roles need. Passwords are made with the approval. */
export async function assessPrepare(o: {
  world: PairWorld;
  pair: ChangePair;
  ids: Ids;
  way: string | null;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair } = o;
  const [oldPrimary, newPrimary] = [pair.primary, pair.standby];
  const frame = { ids: o.ids, pair, kind: 'prepare' as const, oldPrimary, newPrimary };
  const refusal = refusalOf(pair);
  if (refusal !== null) return refused({ ...frame, takenAtMs: world.clock.nowMs() }, refusal);
  const wait: Wait = { signal: o.signal, timeoutMs: LOOK_MS };
  const observation = await observePair(world, wait);
  const habits = await observeHabits(world, wait);
  const mend = decideMend(habits);
  const ways = waysOf(mend);
  const chosenWay = ways.find((option) => option.way === o.way)?.way ?? ways[0]?.way ?? null;
  const plain = await inputOf(world, pair, observation, wait);
  const input = chosenWay === 'mend' ? { ...plain, mend } : plain;
  const gates = [...ADOPT_GATES.flatMap((gate) => gate(observation, input)), ...mistakeGates(habits)];
  return assessed(
    { ...frame, takenAtMs: world.clock.nowMs() },
    { operation: preparePair, world, input, gates },
    { ways, chosenWay },
  );
}

/** No choice where nothing can be mended. */
function waysOf({ settings, closeRules }: PrepareInput['mend']): WayOption[] {
  const changes = [settings.primary, settings.standby].some((each) => Object.keys(each).length > 0);
  if (!changes && !closeRules.primary && !closeRules.standby) return [];
  const option = (way: 'mend' | 'least', reason: Text): WayOption => ({
    way,
    feasible: true,
    bytes: null,
    expectedMs: null,
    reason,
  });
  return [
    option(
      'mend',
      text(
        'What changes of roles need, and the mistakes below that can be mended without an outage of the primary.',
        'Was Rollenwechsel brauchen, und die Fehler unten, die sich ohne Ausfall des Primärservers beheben lassen.',
      ),
    ),
    option('least', text('Only what changes of roles need.', 'Nur, was Rollenwechsel brauchen.')),
  ];
}

function refusalOf(pair: ChangePair): Text | null {
  if (pair.replicationRole !== null && pair.rewindRole !== null)
    return text('This pair is prepared already.', 'Dieses Serverpaar ist schon vorbereitet.');
  if (pair.runningOperationId !== null) return ANOTHER_WORKS;
  return null;
}

/** Names that are the same at every look, so that the plan is; a salt is made with the approval. */
async function inputOf(
  world: PairWorld,
  pair: ChangePair,
  o: AdoptObservation,
  wait: Wait,
): Promise<PrepareInput> {
  const { admin } = world.primary;
  const addresses = await measureAddresses(
    { node: world.primary, guess: pair.primary.address },
    { node: world.standby, guess: pair.standby.address },
    wait,
  );
  const node = (m: ChangeMember, side: 'primary' | 'standby'): PrepareInput['primary'] => ({
    serverId: m.serverId,
    serverName: m.serverName,
    instanceId: m.instanceId,
    location: m.location,
    ...addresses[side],
  });
  const made = async (base: string) => ({
    name: await freeRoleName(admin, base, wait),
    secretId: '',
    salt: '',
  });
  const slots = (await admin.slots(wait)).map((s) => s.name);
  return {
    pairId: pair.pairId,
    pairName: pair.name,
    environment: pair.environment,
    mode: pair.mode,
    majorVersion: pair.majorVersion,
    systemIdentifier: pair.systemIdentifier,
    superuser: o.primary.superuser,
    hbaFile: o.primary.hbaFile,
    standbyHbaFile: o.standby.hbaFile,
    epoch: pair.epoch,
    primary: node(pair.primary, 'primary'),
    standby: node(pair.standby, 'standby'),
    // The slot that it uses already stays its slot: a second one would leave the first holding WAL for ever.
    slotName: pair.slotName ?? freeSlotName(pair.name, slots),
    roles: {
      replication: await made('tandem_replication'),
      rewind: await made('tandem_rewind'),
      monitor: { name: pair.primary.monitorRole, secretId: pair.primary.monitorSecretId, salt: '' },
    },
    settings: [],
    standbySettings: [],
    mountedFiles: [],
    includedFiles: [],
    includedDirectories: [],
    mend: NOTHING,
    moveAsideTo: null,
    configAsideTo: null,
    stopTarget: false,
    startGate: null,
    backupRateLimitBytes: null,
    lineBytesPerSecond: null,
    databaseBytes: o.primary.databaseBytes,
  };
}

function freeSlotName(pairName: string, taken: readonly string[]): string {
  const base = `tandem_${pairName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`.slice(0, 58);
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? base : `${base}_${n}`;
    if (!taken.includes(name)) return name;
  }
}
