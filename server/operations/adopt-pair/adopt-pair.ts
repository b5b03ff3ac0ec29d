import {
  defineOperation,
  type MutationStep,
  type ReadStep,
  type WaitStep,
} from '#server/engine/define-operation.ts';
import { monitorHbaRules, readHbaBlock } from '#server/domain/hba-block.ts';
import { text } from '#server/domain/text.ts';
import type { NewMember, NewPair } from '#server/ports/inventory.ts';
import { createRole } from '../setup-standby/steps/create-role.ts';
import { registerPair } from '../setup-standby/steps/register-pair.ts';
import { writeHba } from '../setup-standby/steps/write-hba.ts';
import { within, type PairWorld } from '../pair-world.ts';
import { parseAdoptInput, type AdoptInput } from './input.ts';
import { observePair, type AdoptObservation } from './observation.ts';
import { replicates } from './replicates.ts';
import { requireLogin } from './require-login.ts';

const given = (input: AdoptInput): boolean => input.monitorGiven;

const createMonitorRole = createRole<AdoptObservation, AdoptInput>({
  name: 'create-monitor-role',
  purpose: text(
    'lets Tandem read the state of replication',
    'lässt Tandem den Zustand der Replikation lesen',
  ),
  grants: ['monitor'],
  role: (input) => input.monitor,
  primaryName: (input) => input.primary.serverName,
  skip: given,
});

const allowOn = (side: 'primary' | 'standby'): MutationStep<PairWorld, AdoptObservation, AdoptInput> => ({
  ...writeHba<AdoptObservation, AdoptInput>({
    name: `allow-on-${side}`,
    on: (world) => world[side],
    group: side === 'primary' ? 'changes-primary' : 'changes-standby',
    serverName: (input) => input[side].serverName,
    hbaFile: (input) => input.hbaFiles[side],
    rules: (input) =>
      monitorHbaRules(input.monitor.name, { inContainer: input[side].location.kind === 'docker' }),
    keepRules: readHbaBlock,
  }),
  skip: given,
});

/** The role reaches the standby through replication itself. */
const waitForRole: WaitStep<PairWorld, AdoptInput> = {
  kind: 'wait',
  name: 'wait-role-replicated',
  group: 'proves',
  server: (c) => c.input.standby.serverName,
  skip: given,
  explain: (c) =>
    text(
      `Wait until the role has reached ${c.input.standby.serverName}: replication is alive.`,
      `Warten, bis die Rolle auf ${c.input.standby.serverName} angekommen ist: Die Replikation lebt.`,
    ),
  expectedMs: () => 500,
  isDone: async (c) =>
    (await c.world.standby.admin.role(c.input.monitor.name, within(c))) === null ? 'not-done' : 'done',
  timeouts: { settleMs: 60_000 },
};

/** With its own role as with a given one: what the monitor will do is done once before it is promised. */
const proveLogin: ReadStep<PairWorld, AdoptInput> = {
  kind: 'read',
  name: 'prove-login',
  group: 'proves',
  server: () => null,
  explain: (c) =>
    text(
      `Log in to both servers as ${c.input.monitor.name}.`,
      `Auf beiden Servern als ${c.input.monitor.name} anmelden.`,
    ),
  expectedMs: () => 500,
  timeoutMs: 40_000,
  read: async (c) => {
    const { name, secretId } = c.input.monitor;
    const password = await c.world.secret(secretId);
    for (const side of ['primary', 'standby'] as const)
      await requireLogin(c.world[side], name, password, within(c));
    return {};
  },
};

function pairOf(input: AdoptInput): NewPair {
  const member = (node: AdoptInput['primary']): NewMember => ({
    instanceId: node.instanceId,
    serverId: node.serverId,
    location: node.location,
    majorVersion: input.majorVersion,
    systemIdentifier: input.systemIdentifier,
    address: node.address,
    superuser: input.superuser,
    monitorRole: input.monitor.name,
    monitorSecretId: input.monitor.secretId,
    monitorRoleGiven: input.monitorGiven,
  });
  return {
    pairId: input.pairId,
    name: input.pairName,
    environment: input.environment,
    mode: input.mode,
    slotName: input.slotName,
    replicationRole: null,
    rewindRole: null,
    gateWish: input.startGate,
    primary: member(input.primary),
    standby: member(input.standby),
  };
}

/** Watches a pair that replicates already. The only change is Tandem's login role, or none. */
export const adoptPair = defineOperation<PairWorld, AdoptObservation, AdoptInput>({
  kind: 'adopt-pair',
  version: 1,
  title: (input) =>
    text(
      `Watch ${input.pairName}: ${input.primary.serverName} and ${input.standby.serverName}`,
      `${input.pairName} überwachen: ${input.primary.serverName} und ${input.standby.serverName}`,
    ),
  parseInput: parseAdoptInput,
  observe: (c) => observePair(c.world, within(c)),
  steps: [
    replicates,
    createMonitorRole,
    allowOn('primary'),
    allowOn('standby'),
    waitForRole,
    proveLogin,
    registerPair(pairOf),
  ],
});
