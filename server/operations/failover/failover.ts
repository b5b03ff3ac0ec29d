import { defineOperation, POINT_OF_NO_RETURN } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { checkpoint } from '../change/steps/checkpoint.ts';
import { fenceDirectory } from '../change/steps/fence-directory.ts';
import { rejectClients } from '../change/steps/reject-clients.ts';
import { takeAutostart } from '../change/steps/take-autostart.ts';
import { promoteNew } from '../change/steps/promote-new.ts';
import { recordRoles } from '../change/steps/record-roles.ts';
import { stopForGood } from '../change/steps/stop-for-good.ts';
import { setSyncNames } from '../change/steps/sync-names.ts';
import { hookSteps } from '../hooks/hook-step.ts';
import { settleHooks } from '../hooks/settle-hooks.ts';
import { redirectPools, settlePools } from '../routes/steps/redirect-pools.ts';
import { seeRoutes } from '../routes/steps/see-routes.ts';
import { parseFailoverInput, type FailoverInput } from './input.ts';
import { detachReceiver } from './steps/detach-receiver.ts';
import { FAILOVER_GATES, observeFailover, type FailoverObservation } from './steps/may-take-over.ts';
import { isFencedOrOwed, oweFence } from './steps/owe-fence.ts';
import { resumeReplay } from './steps/resume-replay.ts';
import { replayAll } from './steps/replay-all.ts';
import type { ChangeWorld } from '../change/world.ts';

const isOutOfReach = (input: FailoverInput): boolean => !input.oldHostReachable;
/** Nobody can connect to a server that does not run, and in an emergency nothing is done for nothing. */
const isDownOrOutOfReach = (input: FailoverInput): boolean => isOutOfReach(input) || !input.oldPostgresRuns;

/**
 * The standby takes over from a primary that is gone. The old one is fenced by every means that is
 * within reach; what is not is owed, and was named and accepted before.
 */
export const failover = defineOperation<ChangeWorld, FailoverObservation, FailoverInput>({
  kind: 'failover',
  version: 1,
  title: (input) =>
    text(
      `Emergency failover of ${input.pairName} to ${input.newPrimary.serverName}`,
      `Notfall-Failover von ${input.pairName} auf ${input.newPrimary.serverName}`,
    ),
  parseInput: parseFailoverInput,
  observe: observeFailover,
  steps: [
    {
      kind: 'check',
      name: 'may-take-over',
      group: 'reads',
      server: (c) => c.input.newPrimary.serverName,
      explain: (c) =>
        text(
          `Check ${c.input.newPrimary.serverName} once more: it receives nothing any more.`,
          `${c.input.newPrimary.serverName} noch einmal prüfen: Er empfängt nichts mehr.`,
        ),
      expectedMs: () => 30,
      gates: FAILOVER_GATES,
    },
    fenceDirectory(isOutOfReach, 'taken-away'),
    takeAutostart(isOutOfReach),
    rejectClients(isDownOrOutOfReach),
    stopForGood(isOutOfReach, 'writable'),
    oweFence,
    setSyncNames({
      name: 'release-sync',
      on: 'newPrimary',
      group: 'prepares',
      names: () => null,
      skip: (input) => !input.releaseSync,
      explain: (input) =>
        text(
          `Commits on ${input.newPrimary.serverName} wait for nobody: the other node is gone.`,
          `Commits auf ${input.newPrimary.serverName} warten auf niemanden: Der andere Knoten ist weg.`,
        ),
      undoable: true,
    }),
    detachReceiver,
    resumeReplay,
    replayAll,
    POINT_OF_NO_RETURN,
    promoteNew(isFencedOrOwed),
    recordRoles(),
    redirectPools(),
    ...hookSteps<ChangeWorld, FailoverObservation, FailoverInput>('redirect', 'takes-over'),
    ...hookSteps<ChangeWorld, FailoverObservation, FailoverInput>('start-application', 'takes-over'),
    checkpoint('publish-timeline', {
      on: 'newPrimary',
      group: 'takes-over',
      timeoutMs: 600_000,
      explain: (name) =>
        text(
          `Write the new timeline into the control file of ${name}: pg_rewind reads it there.`,
          `Die neue Zeitlinie in die Kontrolldatei von ${name} schreiben: pg_rewind liest sie dort.`,
        ),
    }),
    settlePools('takes-over'),
    seeRoutes('takes-over'),
    settleHooks('takes-over'),
  ],
});
