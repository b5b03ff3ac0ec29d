import { defineOperation, POINT_OF_NO_RETURN } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { checkpoint } from '../change/steps/checkpoint.ts';
import { createSlotFor, dropStaleSlot } from '../change/steps/create-slot-for.ts';
import { fenceDirectory } from '../change/steps/fence-directory.ts';
import { admitClients } from '../change/steps/reject-clients.ts';
import { recordRejoin } from '../change/steps/record-roles.ts';
import { startAsStandby } from '../change/steps/start-as-standby.ts';
import { stopForGood } from '../change/steps/stop-for-good.ts';
import { setSyncNames } from '../change/steps/sync-names.ts';
import { returnAutostart } from '../change/steps/take-autostart.ts';
import { waitStreaming } from '../change/steps/wait-streaming.ts';
import { REJOIN_GATES } from './gates.ts';
import { parseRejoinInput, syncNamesAfter, type RejoinInput } from './input.ts';
import { observeFor, type RejoinObservation } from './look.ts';
import { keepAside } from './steps/keep-aside.ts';
import { listLost } from './steps/list-lost.ts';
import { ownFilesBack } from './steps/own-files-back.ts';
import { baseBackupBeside, putInPlace } from './steps/rebuild.ts';
import { loadSettings } from './steps/load-settings.ts';
import { recoverOld } from './steps/recover-old.ts';
import { dryRun, rewind } from './steps/rewind.ts';
import { walIsThere } from './steps/wal-is-there.ts';
import type { RejoinWorld } from './world.ts';

/** The old primary comes back as a standby by the way that was chosen; what only it had is kept. */
export const rejoin = defineOperation<RejoinWorld, RejoinObservation, RejoinInput>({
  kind: 'rejoin',
  version: 1,
  title: (input) =>
    input.detached !== null
      ? text(
          `Attach ${input.oldPrimary.serverName} to ${input.pairName} again`,
          `${input.oldPrimary.serverName} wieder an ${input.pairName} anhängen`,
        )
      : text(
          `Rejoin ${input.oldPrimary.serverName} to ${input.pairName}`,
          `${input.oldPrimary.serverName} in ${input.pairName} wiedereingliedern`,
        ),
  parseInput: parseRejoinInput,
  observe: observeFor<RejoinInput>(),
  steps: [
    {
      kind: 'check',
      name: 'may-rejoin',
      group: 'reads',
      server: () => null,
      explain: () => text('Check both servers once more.', 'Beide Server noch einmal prüfen.'),
      expectedMs: () => 500,
      gates: REJOIN_GATES,
    },
    fenceDirectory(() => false, 'stays'),
    stopForGood((input) => input.way === 'start', 'read-only'),
    keepAside,
    listLost,
    recoverOld,
    {
      // Without a slot a checkpoint removes WAL, and a start needs that; only pg_rewind reads the control file.
      ...checkpoint<RejoinInput>('publish-timeline', {
        on: 'newPrimary',
        group: 'prepares',
        timeoutMs: 600_000,
        explain: (name) =>
          text(
            `Write the timeline into the control file of ${name}: pg_rewind reads it there.`,
            `Die Zeitlinie in die Kontrolldatei von ${name} schreiben: pg_rewind liest sie dort.`,
          ),
      }),
      skip: (input: RejoinInput) => input.way === 'start',
    },
    dryRun,
    createSlotFor('reserve-wal', 'newPrimary'),
    walIsThere,
    baseBackupBeside,
    POINT_OF_NO_RETURN,
    rewind,
    putInPlace,
    ownFilesBack,
    admitClients(),
    startAsStandby('start-old', 'oldPrimary'),
    loadSettings,
    waitStreaming('wait-old', 'oldPrimary', () => null),
    returnAutostart(),
    setSyncNames({
      name: 'sync-after',
      on: 'newPrimary',
      group: 'comes-back',
      names: syncNamesAfter,
      skip: (input) => syncNamesAfter(input) === null,
      explain: (input) =>
        text(
          `Commits on ${input.newPrimary.serverName} wait for ${input.oldPrimary.serverName} again.`,
          `Commits auf ${input.newPrimary.serverName} warten wieder auf ${input.oldPrimary.serverName}.`,
        ),
      undoable: false,
    }),
    dropStaleSlot('drop-stale-slot', 'oldPrimary'),
    recordRejoin(),
  ],
});
