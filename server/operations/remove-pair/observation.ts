import { sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import type { ServerStatus } from '#server/ports/postgres-admin.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { PairWorld } from '../pair-world.ts';
import type { RemoveInput, Side } from './input.ts';

/** One look at both nodes; null = nothing on them is touched, so nobody looked. */
export type RemoveObservation = {
  takenAtMs: number;
  names: Record<Side, string>;
  primary: ServerStatus;
  standby: ServerStatus;
} | null;

/** Looks only where something will change: a pair whose servers are gone can still be forgotten. */
export async function observeRemoval(
  world: Pick<PairWorld, Side | 'clock'>,
  input: Pick<RemoveInput, 'keep'>,
  wait: Wait,
): Promise<RemoveObservation> {
  if (input.keep === 'all') return null;
  const [primary, standby] = await Promise.all([
    world.primary.admin.status(wait),
    world.standby.admin.status(wait),
  ]);
  const names = { primary: world.primary.serverName, standby: world.standby.serverName };
  return { takenAtMs: world.clock.nowMs(), names, primary, standby };
}

const belongs =
  (side: Side): Gate<RemoveObservation, RemoveInput> =>
  (o, input) => {
    if (o === null) return [];
    const found = o[side].systemIdentifier;
    const same = found === input.systemIdentifier;
    return {
      code: `is-this-pair-${side}`,
      server: o.names[side],
      title: text('It is the server of this pair', 'Es ist der Server dieses Serverpaars'),
      state: same ? 'ok' : 'blocking',
      detail: same ? sameText(found) : sameText(`${found} / ${input.systemIdentifier}`),
      fix: same
        ? null
        : text(
            'Another database system lies there now: remove the pair and leave the servers as they are.',
            'Dort liegt jetzt ein anderes Datenbanksystem: Entfernen Sie das Serverpaar und lassen Sie die Server, wie sie sind.',
          ),
      measuredAtMs: o.takenAtMs,
    };
  };

const hasRole =
  (side: Side, inRecovery: boolean): Gate<RemoveObservation, RemoveInput> =>
  (o) => {
    if (o === null) return [];
    const right = o[side].inRecovery === inRecovery;
    return {
      code: `role-of-${side}`,
      server: o.names[side],
      title: inRecovery
        ? text('The standby is read-only', 'Der Standby-Server ist nur lesend')
        : text('The primary accepts writes', 'Der Primärserver nimmt Schreibzugriffe an'),
      state: right ? 'ok' : 'blocking',
      detail: o[side].inRecovery
        ? text('in recovery', 'im Wiederherstellungsmodus')
        : text('accepts writes', 'nimmt Schreibzugriffe an'),
      fix: right
        ? null
        : text(
            'The roles are not as recorded: mend the pair first, or leave the servers as they are.',
            'Die Rollen sind nicht wie verzeichnet: Bringen Sie zuerst das Serverpaar in Ordnung, oder lassen Sie die Server, wie sie sind.',
          ),
      measuredAtMs: o.takenAtMs,
    };
  };

/** What must be true before anything of ours is taken away. */
export const REMOVE_GATES: readonly Gate<RemoveObservation, RemoveInput>[] = [
  belongs('primary'),
  belongs('standby'),
  hasRole('primary', false),
  hasRole('standby', true),
];
