import { sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import type { LocaleLibrary } from '#server/domain/locale-library.ts';
import type { ServerStatus } from '#server/ports/postgres-admin.ts';
import type { WalSenderSample } from '#server/domain/node-sample.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { gateMaker } from '../gate-maker.ts';
import { judgeSorting, LOCALE_TITLE } from '../setup-standby/gates/locale-gate.ts';
import { changesPlace } from '../setup-standby/other-kind.ts';
import type { PairWorld } from '../pair-world.ts';

/** One look at a pair that is said to replicate. */
export interface AdoptObservation {
  takenAtMs: number;
  names: { primary: string; standby: string };
  primary: ServerStatus;
  standby: ServerStatus;
  /** What sorts on each. */
  libraries: { primary: LocaleLibrary; standby: LocaleLibrary };
  /** One lives in a container, the other on its host. */
  apart: boolean;
  senders: WalSenderSample[];
  hbaErrors: number;
}

export async function observePair(
  world: Pick<PairWorld, 'primary' | 'standby' | 'clock'>,
  wait: Wait,
): Promise<AdoptObservation> {
  const [primary, standby, senders, a, b, first, second] = await Promise.all([
    world.primary.admin.status(wait),
    world.standby.admin.status(wait),
    world.primary.admin.senders(wait),
    world.primary.admin.hbaErrors(wait),
    world.standby.admin.hbaErrors(wait),
    world.primary.runtime.localeLibrary(wait),
    world.standby.runtime.localeLibrary(wait),
  ]);
  const libraries = { primary: first, standby: second };
  const apart = changesPlace(world.primary.runtime.location, world.standby.runtime.location) !== null;
  const names = { primary: world.primary.serverName, standby: world.standby.serverName };
  const hbaErrors = a.length + b.length;
  return { takenAtMs: world.clock.nowMs(), names, primary, standby, libraries, apart, senders, hbaErrors };
}

const gate = gateMaker<AdoptObservation, unknown, 'primary' | 'standby' | null>((on, { names }) =>
  on === null ? null : names[on],
);

/** What must be true of a pair before Tandem watches it. */
export const ADOPT_GATES: readonly Gate<AdoptObservation, unknown>[] = [
  gate(
    'primary-is-writable',
    'primary',
    text('The primary accepts writes', 'Der Primärserver nimmt Schreibzugriffe an'),
    (o) =>
      o.primary.inRecovery
        ? { state: 'blocking', detail: text('it is in recovery', 'er ist im Wiederherstellungsmodus') }
        : { state: 'ok', detail: text(`timeline ${o.primary.timeline}`, `Zeitlinie ${o.primary.timeline}`) },
  ),
  gate(
    'standby-in-recovery',
    'standby',
    text('The standby is in recovery', 'Der Standby-Server ist im Wiederherstellungsmodus'),
    (o) =>
      o.standby.inRecovery
        ? { state: 'ok', detail: text('read-only', 'nur lesend') }
        : {
            state: 'blocking',
            detail: text('it accepts writes itself', 'er nimmt selbst Schreibzugriffe an'),
            fix: text(
              'Two writable servers are no pair: find out which one applications use.',
              'Zwei schreibbare Server sind kein Serverpaar: Klären Sie, welchen die Anwendungen benutzen.',
            ),
          },
  ),
  gate(
    'same-system',
    null,
    text('Both are the same database system', 'Beide sind dasselbe Datenbanksystem'),
    (o) =>
      o.primary.systemIdentifier === o.standby.systemIdentifier
        ? { state: 'ok', detail: sameText(o.primary.systemIdentifier) }
        : {
            state: 'blocking',
            detail: sameText(`${o.primary.systemIdentifier} / ${o.standby.systemIdentifier}`),
          },
  ),
  gate(
    'streaming',
    'primary',
    text('The standby streams from the primary', 'Der Standby-Server repliziert vom Primärserver'),
    (o) => {
      const streaming = o.senders.filter((s) => s.state === 'streaming');
      const detail = sameText(
        streaming
          .map((s) => `${s.applicationName} ${s.clientAddr ?? 'local'} ${s.replayLsn ?? ''}`)
          .join(', ') || '-',
      );
      if (streaming.length > 0) return { state: 'ok', detail };
      return {
        state: 'blocking',
        detail: text(
          'pg_stat_replication shows no streaming standby',
          'pg_stat_replication zeigt keinen streamenden Standby-Server',
        ),
        fix: text(
          'Mend replication first, or set up a new standby.',
          'Reparieren Sie zuerst die Replikation, oder richten Sie einen neuen Standby-Server ein.',
        ),
      };
    },
  ),
  // What replicates already is watched whatever it sorts by: the standby may be wrong, and says so nowhere else.
  gate('same-locale-library', null, LOCALE_TITLE, (o) =>
    judgeSorting(o.libraries.primary, o.libraries.standby, {
      locales: o.primary.locales,
      apart: o.apart,
      whenDiffers: 'warning',
      fix: text(
        'Before a change of roles bring both to the same release. After one that happened, REINDEX what is indexed by text.',
        'Bringen Sie vor einem Rollenwechsel beide auf die gleiche Version. Nach einem, der geschehen ist, brauchen Indizes über Text ein REINDEX.',
      ),
    }),
  ),
  gate('same-timeline', null, text('Both are on one timeline', 'Beide sind auf derselben Zeitlinie'), (o) =>
    o.primary.timeline === o.standby.timeline
      ? { state: 'ok', detail: sameText(String(o.primary.timeline)) }
      : { state: 'blocking', detail: sameText(`${o.primary.timeline} / ${o.standby.timeline}`) },
  ),
  gate('hba-is-readable', null, text('pg_hba.conf has no errors', 'pg_hba.conf ist fehlerfrei'), (o) =>
    o.hbaErrors === 0
      ? { state: 'ok', detail: text('no errors', 'keine Fehler') }
      : {
          state: 'blocking',
          detail: text(`${o.hbaErrors} lines cannot be read`, `${o.hbaErrors} Zeilen sind nicht lesbar`),
        },
  ),
];
