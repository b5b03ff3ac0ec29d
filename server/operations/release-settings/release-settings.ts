import type { Gate } from '#server/engine/define-operation.ts';
import { defineOperation, POINT_OF_NO_RETURN } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../pair-world.ts';
import {
  filesOutliveIt,
  imageIsTheSame,
  networkIsItsOwn,
  nothingLivesInside,
} from './gates/container-gates.ts';
import {
  composeAnswers,
  fileCanBeChanged,
  fileIsTheContainers,
  keptNameIsFree,
  madeByCompose,
  variablesAreKnown,
} from './gates/file-gates.ts';
import {
  isTheSameServer,
  nothingLongRuns,
  outageIsNamed,
  partnerIsTheOther,
  somethingIsChosen,
  valuesAreInForce,
} from './gates/server-gates.ts';
import { parseReleaseInput, type ReleaseInput } from './input.ts';
import { observeRelease, type ReleaseObservation, type ReleaseWorld } from './observation.ts';
import { changeFile, keepFile } from './steps/change-file.ts';
import { moveSettings, writePages } from './steps/move-settings.ts';
import { proveRelease, waitReplication } from './steps/prove.ts';
import { remakeContainer, startServer, stopServer } from './steps/remake.ts';

/** What must be true before a container is made anew. */
export const RELEASE_GATES: readonly Gate<ReleaseObservation, ReleaseInput>[] = [
  somethingIsChosen,
  valuesAreInForce,
  madeByCompose,
  composeAnswers,
  fileCanBeChanged,
  fileIsTheContainers,
  variablesAreKnown,
  keptNameIsFree,
  imageIsTheSame,
  filesOutliveIt,
  nothingLivesInside,
  networkIsItsOwn,
  isTheSameServer,
  partnerIsTheOther,
  nothingLongRuns,
  outageIsNamed,
];

/** Takes settings off the command line of a container that Compose made; their values stay in force. */
export const releaseSettings = defineOperation<ReleaseWorld, ReleaseObservation, ReleaseInput>({
  kind: 'release-settings',
  version: 1,
  title: (input) =>
    text(
      `Take settings off the command line of ${input.node.serverName}`,
      `Einstellungen von der Kommandozeile von ${input.node.serverName} nehmen`,
    ),
  parseInput: parseReleaseInput,
  observe: (c) => observeRelease(c.world, c.input, within(c, 60_000)),
  steps: [
    {
      kind: 'check',
      name: 'ready',
      group: 'reads',
      server: (c) => c.input.node.serverName,
      explain: () => text('Check everything once more.', 'Alles noch einmal prüfen.'),
      expectedMs: () => 5_000,
      gates: RELEASE_GATES,
    },
    moveSettings,
    keepFile,
    changeFile,
    writePages,
    stopServer,
    remakeContainer,
    startServer,
    proveRelease,
    POINT_OF_NO_RETURN,
    waitReplication,
  ],
});
