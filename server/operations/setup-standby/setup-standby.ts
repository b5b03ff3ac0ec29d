import { defineOperation } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { hbaRulesOf, parseSetupInput, type SetupInput } from './input.ts';
import { observeSetup, type SetupObservation } from './observation.ts';
import { SETUP_GATES } from './gates/setup-gates.ts';
import { baseBackup } from './steps/base-backup.ts';
import {
  bringConfiguration,
  bringMoreConfiguration,
  moveConfigurationAside,
  registerCluster,
} from './steps/bring-configuration.ts';
import { stopTarget } from './steps/stop-target.ts';
import { bringMountedFiles } from './steps/bring-mounted-files.ts';
import { returnPolicy } from './steps/return-policy.ts';
import { configurePrimary, restartPrimary } from './steps/configure-primary.ts';
import { createRole } from './steps/create-role.ts';
import { createSlot } from './steps/create-slot.ts';
import { makeSynchronous, pairOf } from './steps/finish.ts';
import { makeTarget, moveAside } from './steps/prepare-target.ts';
import { proveMarker, proveWayBack, waitUntilStreaming } from './steps/prove.ts';
import { registerPair } from './steps/register-pair.ts';
import { startGates } from './steps/start-gates.ts';
import { removeBackupPassfile, startStandby, writeStandbySettings } from './steps/start-standby.ts';
import { writeHba } from './steps/write-hba.ts';
import { backupPassfile, primaryPassfile } from './steps/write-passfile.ts';
import { within, type PairWorld } from '../pair-world.ts';

const primaryName = (input: SetupInput): string => input.primary.serverName;

/** A streaming standby of a running primary, built, proven and watched; undone completely on failure. */
export const setupStandby = defineOperation<PairWorld, SetupObservation, SetupInput>({
  kind: 'setup-standby',
  version: 1,
  title: (input) =>
    text(
      `Set up ${input.standby.serverName} as standby of ${input.primary.serverName}`,
      `${input.standby.serverName} als Standby-Server von ${input.primary.serverName} einrichten`,
    ),
  parseInput: parseSetupInput,
  observe: (c) => observeSetup(c.world, c.input, within(c)),
  steps: [
    {
      kind: 'check',
      name: 'ready',
      group: 'reads',
      server: () => null,
      explain: () => text('Check both servers once more.', 'Beide Server noch einmal prüfen.'),
      expectedMs: () => 1_000,
      gates: SETUP_GATES,
    },
    configurePrimary,
    restartPrimary,
    createRole<SetupObservation, SetupInput>({
      name: 'create-replication-role',
      purpose: text('streams WAL to the other node', 'überträgt WAL zum anderen Knoten'),
      grants: ['replication'],
      role: (input) => input.roles.replication,
      primaryName,
    }),
    createRole<SetupObservation, SetupInput>({
      name: 'create-rewind-role',
      purpose: text(
        'reads files for pg_rewind when an old primary rejoins',
        'liest Dateien für pg_rewind, wenn ein alter Primärserver zurückkehrt',
      ),
      grants: ['rewind'],
      role: (input) => input.roles.rewind,
      primaryName,
    }),
    createRole<SetupObservation, SetupInput>({
      name: 'create-monitor-role',
      purpose: text(
        'lets Tandem read the state of replication',
        'lässt Tandem den Zustand der Replikation lesen',
      ),
      grants: ['monitor'],
      role: (input) => input.roles.monitor,
      primaryName,
    }),
    primaryPassfile<SetupObservation>(),
    writeHba<SetupObservation, SetupInput>({
      name: 'allow-connections',
      on: (world) => world.primary,
      group: 'changes-primary',
      serverName: primaryName,
      hbaFile: (input) => input.hbaFile,
      rules: hbaRulesOf,
    }),
    createSlot<SetupObservation>(),
    stopTarget,
    moveAside,
    moveConfigurationAside,
    makeTarget,
    backupPassfile,
    baseBackup,
    bringConfiguration,
    bringMountedFiles,
    registerCluster,
    bringMoreConfiguration,
    writeStandbySettings,
    startStandby,
    waitUntilStreaming,
    removeBackupPassfile,
    proveWayBack,
    proveMarker,
    makeSynchronous,
    returnPolicy,
    registerPair(pairOf),
    ...startGates,
  ],
});
