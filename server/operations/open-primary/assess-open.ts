import type { Assessment } from '#server/domain/assessment.ts';
import { text } from '#server/domain/text.ts';
import type { ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import type { Ids } from '#server/ports/clock.ts';
import { assessed } from '../change/assessed.ts';
import { ANOTHER_WORKS, refused } from '../change/blank-assessment.ts';
import { sideOf } from '../change/side-of.ts';
import type { PairWorld } from '../pair-world.ts';
import { OPEN_GATES } from './gates.ts';
import type { OpenInput } from './input.ts';
import { observeOpen, type OpenObservation } from './look.ts';
import { openPrimary } from './open-primary.ts';

const LOOK_MS = 10_000;

/** Looks at both nodes and says whether the recorded primary may be opened. */
export async function assessOpen(o: {
  world: PairWorld;
  pair: ChangePair;
  ids: Ids;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair, ids } = o;
  const kind = 'open-primary' as const;
  const frame = { ids, pair, kind, oldPrimary: pair.primary, newPrimary: pair.standby };
  if (pair.runningOperationId !== null)
    return refused({ ...frame, takenAtMs: world.clock.nowMs() }, ANOTHER_WORKS);
  const observation = await observeOpen(world, { signal: o.signal, timeoutMs: LOOK_MS });
  const { takenAtMs } = observation;
  const input: OpenInput = {
    pairId: pair.pairId,
    pairName: pair.name,
    systemIdentifier: pair.systemIdentifier,
    // The person ticks that they know, or nothing starts.
    partnerUnseen: observation.partner.state === 'away',
    primary: sideOf(pair.primary),
    standby: sideOf(pair.standby),
  };
  const gates = OPEN_GATES.flatMap((gate) => gate(observation, input));
  return assessed(
    { ...frame, takenAtMs },
    { operation: openPrimary, world, input, gates },
    { confirmation: demandOf(pair, observation) },
  );
}

/** With evidence of both servers a button is enough; without, a person vouches for the other one. */
function demandOf(pair: ChangePair, { partner }: OpenObservation): Assessment['confirmation'] {
  if (partner.state !== 'away') return { word: null, ticks: [], reasonRequired: false };
  const { serverName } = pair.standby;
  return {
    word: { text: pair.name, of: 'pair' },
    ticks: [
      {
        code: 'partner-unseen',
        text: text(
          `${serverName} cannot be looked at. I checked that it is switched off or read-only. If it accepts writes, two primaries will diverge.`,
          `${serverName} ist nicht einsehbar. Ich habe geprüft, dass er ausgeschaltet oder nur lesend ist. Nimmt er Schreibzugriffe an, laufen zwei Primärserver auseinander.`,
        ),
      },
    ],
    reasonRequired: true,
  };
}
