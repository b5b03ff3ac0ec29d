import { defineOperation, RETRY, type MutationStep, type WaitStep } from '#server/engine/define-operation.ts';
import { readHbaBlock } from '#server/domain/hba-block.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import { text } from '#server/domain/text.ts';
import { observePair, type AdoptObservation } from '../adopt-pair/observation.ts';
import { replicates } from '../adopt-pair/replicates.ts';
import { hbaRulesOf } from '../setup-standby/input.ts';
import { createRole } from '../setup-standby/steps/create-role.ts';
import { createSlot } from '../setup-standby/steps/create-slot.ts';
import { proveWayBack } from '../setup-standby/steps/prove.ts';
import { writeHba } from '../setup-standby/steps/write-hba.ts';
import { primaryPassfile, writePassfile } from '../setup-standby/steps/write-passfile.ts';
import { within, type PairWorld } from '../pair-world.ts';
import { followWithSlot, waitForSlot } from './follow-with-slot.ts';
import { closeRules, mendSettings, restartStandby } from './mend.ts';
import { parsePrepareInput, type PrepareInput } from './input.ts';

type Step = MutationStep<PairWorld, AdoptObservation, PrepareInput>;

const role = (name: 'replication' | 'rewind', en: string, de: string): Step =>
  createRole<AdoptObservation, PrepareInput>({
    name: `create-${name}-role`,
    purpose: text(en, de),
    grants: [name],
    role: (input) => input.roles[name],
    primaryName: (input) => input.primary.serverName,
  });

const allowOn = (side: 'primary' | 'standby'): Step =>
  writeHba<AdoptObservation, PrepareInput>({
    name: `allow-on-${side}`,
    on: (world) => world[side],
    group: side === 'primary' ? 'changes-primary' : 'changes-standby',
    serverName: (input) => input[side].serverName,
    hbaFile: (input) => (side === 'primary' ? input.hbaFile : input.standbyHbaFile),
    rules: hbaRulesOf,
    keepRules: readHbaBlock,
  });

const waitForRoles: WaitStep<PairWorld, PrepareInput> = {
  kind: 'wait',
  name: 'wait-roles-replicated',
  group: 'proves',
  server: (c) => c.input.standby.serverName,
  explain: (c) =>
    text(
      `Wait until the roles have reached ${c.input.standby.serverName}.`,
      `Warten, bis die Rollen auf ${c.input.standby.serverName} angekommen sind.`,
    ),
  expectedMs: () => 500,
  isDone: async (c) =>
    (await c.world.standby.admin.role(c.input.roles.rewind.name, within(c))) === null ? 'not-done' : 'done',
  timeouts: { settleMs: 60_000 },
};

const record: Step = {
  kind: 'mutation',
  name: 'record-preparation',
  group: 'proves',
  server: () => null,
  explain: (c) =>
    text(
      `Changes of roles of ${c.input.pairName} are possible from now on.`,
      `Rollenwechsel von ${c.input.pairName} sind ab jetzt möglich.`,
    ),
  expectedMs: () => 20,
  needs: [],
  isDone: async (c) => ((await c.world.inventory.prepared(c.input.pairId)) === null ? 'not-done' : 'done'),
  do: (c) =>
    c.world.inventory.prepare(c.input.pairId, {
      slotName: c.input.slotName,
      replicationRole: c.input.roles.replication.name,
      rewindRole: c.input.roles.rewind.name,
    }),
  undo: {
    explain: () => text('Forget it again.', 'Es wieder vergessen.'),
    isDone: async (c) => ((await c.world.inventory.prepared(c.input.pairId)) === null ? 'done' : 'not-done'),
    do: (c) => c.world.inventory.unprepare(c.input.pairId),
  },
  timeouts: { doMs: 10_000, settleMs: 3_000 },
  retry: RETRY.transientOnly,
};

/** Gives an adopted pair what changes of roles need: roles, rules and passfiles on both nodes, a slot. */
export const preparePair = defineOperation<PairWorld, AdoptObservation, PrepareInput>({
  kind: 'prepare-pair',
  version: 1,
  title: (input) =>
    text(`Prepare ${input.pairName} for changes of roles`, `${input.pairName} für Rollenwechsel vorbereiten`),
  parseInput: parsePrepareInput,
  observe: (c) => observePair(c.world, within(c)),
  steps: [
    replicates,
    mendSettings('primary'),
    mendSettings('standby'),
    restartStandby,
    role('replication', 'streams WAL to the other node', 'überträgt WAL zum anderen Knoten'),
    role(
      'rewind',
      'reads files for pg_rewind when an old primary rejoins',
      'liest Dateien für pg_rewind, wenn ein alter Primärserver zurückkehrt',
    ),
    waitForRoles,
    primaryPassfile<AdoptObservation>(),
    writePassfile<AdoptObservation>({
      name: 'write-standby-passfile',
      on: 'standby',
      path: (input) => passfilePath(input.standby.location.dataDirectory),
      group: 'changes-standby',
    }),
    allowOn('primary'),
    allowOn('standby'),
    createSlot<AdoptObservation>(),
    followWithSlot,
    waitForSlot,
    proveWayBack,
    closeRules('primary'),
    closeRules('standby'),
    record,
  ],
});
