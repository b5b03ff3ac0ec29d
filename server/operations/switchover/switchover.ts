import { defineOperation, POINT_OF_NO_RETURN } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { observeChange, type ChangeObservation } from '../change/look.ts';
import type { ChangeWorld } from '../change/world.ts';
import { checkpoint } from '../change/steps/checkpoint.ts';
import { createSlotFor, dropStaleSlot } from '../change/steps/create-slot-for.ts';
import { pointAtPartner } from '../change/steps/point-at-partner.ts';
import { promoteNew } from '../change/steps/promote-new.ts';
import { recordRejoin, recordRoles } from '../change/steps/record-roles.ts';
import { startAsStandby } from '../change/steps/start-as-standby.ts';
import { setSyncNames } from '../change/steps/sync-names.ts';
import { waitStreaming } from '../change/steps/wait-streaming.ts';
import { hookSteps } from '../hooks/hook-step.ts';
import { settleHooks } from '../hooks/settle-hooks.ts';
import { pausePools } from '../routes/steps/pause-pools.ts';
import { leadAhead, redirectPools, resumeAhead, settlePools } from '../routes/steps/redirect-pools.ts';
import { seeRoutes } from '../routes/steps/see-routes.ts';
import { stagePools } from '../routes/steps/stage-pools.ts';
import { SWITCHOVER_GATES } from './gates/switchover-gates.ts';
import { parseSwitchoverInput, type SwitchoverInput } from './input.ts';
import { nothingWasLost, oldPrimaryCannotWrite } from './steps/nothing-was-lost.ts';
import { oweIfLost } from './steps/owe-if-lost.ts';
import { provePath } from './steps/prove-path.ts';
import { signOld } from './steps/sign-old.ts';
import { stopOld } from './steps/stop-old.ts';

const CHECKPOINT_MS = 600_000;
const isAsynchronous = (input: SwitchoverInput): boolean => input.mode === 'asynchronous';
const names = (input: SwitchoverInput): string => `"${input.slotName}"`;

/**
 * The primary moves to the other server. Everything that can be done before the outage is done
 * before it; until the point of no return every failure gives back a writable old primary.
 */
export const switchover = defineOperation<ChangeWorld, ChangeObservation, SwitchoverInput>({
  kind: 'switchover',
  version: 1,
  title: (input) =>
    text(
      `Switch ${input.pairName} over to ${input.newPrimary.serverName}`,
      `${input.pairName} auf ${input.newPrimary.serverName} umschalten`,
    ),
  parseInput: parseSwitchoverInput,
  observe: (c) => observeChange(c.world, c.input, c.signal),
  steps: [
    {
      kind: 'check',
      name: 'ready',
      group: 'reads',
      server: () => null,
      explain: () => text('Check both servers once more.', 'Beide Server noch einmal prüfen.'),
      expectedMs: () => 700,
      gates: SWITCHOVER_GATES,
    },
    createSlotFor('reserve-wal', 'newPrimary'),
    setSyncNames({
      name: 'sync-before',
      on: 'newPrimary',
      group: 'prepares',
      names,
      skip: (input) => isAsynchronous(input) || input.syncWhileAlone === 'release',
      explain: (input) =>
        text(
          `Commits on ${input.newPrimary.serverName} wait for ${input.oldPrimary.serverName} from the start: until it is back, they hang.`,
          `Commits auf ${input.newPrimary.serverName} warten von Anfang an auf ${input.oldPrimary.serverName}: Bis er zurück ist, hängen sie.`,
        ),
      undoable: true,
    }),
    checkpoint('flush-pages', {
      on: 'oldPrimary',
      group: 'prepares',
      timeoutMs: CHECKPOINT_MS,
      explain: (name) =>
        text(
          `Write all dirty pages on ${name} now, so that the stop has little to do.`,
          `Auf ${name} jetzt alle geänderten Seiten schreiben, damit das Anhalten wenig zu tun hat.`,
        ),
    }),
    ...hookSteps<ChangeWorld, ChangeObservation, SwitchoverInput>('stop-application', 'prepares'),
    pointAtPartner('point-old', 'oldPrimary'),
    signOld,
    stagePools(),
    provePath,
    checkpoint('shorten-stop', {
      on: 'oldPrimary',
      group: 'prepares',
      timeoutMs: CHECKPOINT_MS,
      explain: (name) =>
        text(
          `A second, short checkpoint on ${name} right before the stop.`,
          `Ein zweiter, kurzer Checkpoint auf ${name} unmittelbar vor dem Anhalten.`,
        ),
    }),
    pausePools(),
    stopOld,
    nothingWasLost,
    POINT_OF_NO_RETURN,
    promoteNew(
      async (c) => {
        await oldPrimaryCannotWrite(c);
        leadAhead(c);
      },
      (c) => resumeAhead(c),
    ),
    redirectPools(),
    recordRoles(),
    ...hookSteps<ChangeWorld, ChangeObservation, SwitchoverInput>('redirect', 'takes-over'),
    ...hookSteps<ChangeWorld, ChangeObservation, SwitchoverInput>('start-application', 'takes-over'),
    oweIfLost,
    startAsStandby('start-old', 'oldPrimary'),
    waitStreaming('wait-old', 'oldPrimary'),
    setSyncNames({
      name: 'sync-after',
      on: 'newPrimary',
      group: 'comes-back',
      names,
      skip: (input) => isAsynchronous(input) || input.syncWhileAlone === 'keep',
      explain: (input) =>
        text(
          `Commits on ${input.newPrimary.serverName} wait for ${input.oldPrimary.serverName} again.`,
          `Commits auf ${input.newPrimary.serverName} warten wieder auf ${input.oldPrimary.serverName}.`,
        ),
      undoable: false,
    }),
    setSyncNames({
      name: 'clear-old-sync',
      on: 'oldPrimary',
      group: 'comes-back',
      names: () => null,
      skip: isAsynchronous,
      explain: (input) =>
        text(
          `${input.oldPrimary.serverName} names nobody to wait for: promoted in an emergency, it must not hang.`,
          `${input.oldPrimary.serverName} wartet auf niemanden: Im Notfall befördert, darf er nicht hängen.`,
        ),
      undoable: false,
    }),
    dropStaleSlot('drop-stale-slot', 'oldPrimary'),
    checkpoint('publish-timeline', {
      on: 'newPrimary',
      group: 'comes-back',
      timeoutMs: CHECKPOINT_MS,
      explain: (name) =>
        text(
          `Write the new timeline into the control file of ${name}: pg_rewind reads it there.`,
          `Die neue Zeitlinie in die Kontrolldatei von ${name} schreiben: pg_rewind liest sie dort.`,
        ),
    }),
    recordRejoin(),
    settlePools('comes-back'),
    seeRoutes('comes-back'),
    settleHooks('comes-back'),
  ],
});
