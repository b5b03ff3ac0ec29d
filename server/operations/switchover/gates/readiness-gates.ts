import { REQUIRED_SETTINGS } from '#server/domain/required-settings.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { ChangeObservation } from '../../change/look.ts';
import { startGatesAgree } from './start-gate.ts';
import {
  blocking,
  count,
  gate,
  gateOnBoth,
  none,
  ok,
  warning,
  type SwitchGate,
  type Verdict,
} from './gate.ts';

const LONG_TRANSACTION_S = 300;
const ARCHIVE_WAITING = 32;
const CLOCK_MS = 2_000;
const DISK_FREE_SHARE = 0.05;

const noBackup = gateOnBoth(
  'no-backup',
  'oldPrimary',
  text('No base backup runs', 'Keine Basissicherung läuft'),
  ({ old, next }) => {
    const n = old.activity.backups + next.activity.backups;
    if (n === 0) return ok(none);
    return blocking(
      count(n),
      text(
        'Wait for it to end: the stop would break it.',
        'Warten Sie auf ihr Ende: Das Anhalten würde sie abbrechen.',
      ),
    );
  },
);

const archiverWorks = gateOnBoth(
  'archiver-works',
  'oldPrimary',
  text('The archiver keeps up', 'Die Archivierung kommt nach'),
  ({ old }) => {
    const { mode, failing, waiting, lastFailure } = old.activity.archiver;
    if (mode === 'off') return ok(text('archive_mode is off', 'archive_mode ist aus'));
    if (failing)
      return blocking(
        text(
          `archive_command fails${lastFailure === null ? '' : `: ${lastFailure}`}`,
          `archive_command schlägt fehl${lastFailure === null ? '' : `: ${lastFailure}`}`,
        ),
        text(
          'A stop waits for the archiver: mend archive_command first.',
          'Das Anhalten wartet auf die Archivierung: Reparieren Sie zuerst archive_command.',
        ),
      );
    const detail = text(`${waiting} segments wait`, `${waiting} Segmente warten`);
    return waiting <= ARCHIVE_WAITING
      ? ok(detail)
      : blocking(
          detail,
          text(
            'A stop waits for them: let the archiver catch up.',
            'Das Anhalten wartet darauf: Lassen Sie die Archivierung aufholen.',
          ),
        );
  },
);

const longTransactions = gateOnBoth(
  'long-transactions',
  'oldPrimary',
  text('No long transactions', 'Keine langen Transaktionen'),
  ({ old, input }) => {
    const long = old.activity.longTransactions.filter((t) => t.seconds >= LONG_TRANSACTION_S);
    const first = long[0];
    if (first === undefined) return ok(none);
    const list = long.map(({ pid, startedAt, user, seconds }) => ({ pid, startedAt, user, seconds }));
    const verdict = warning(
      text(
        `${long.length}, the oldest for ${Math.round(first.seconds / 60)} min by ${first.user} (pid ${first.pid})`,
        `${long.length}, die älteste seit ${Math.round(first.seconds / 60)} min von ${first.user} (PID ${first.pid})`,
      ),
      text(
        'The stop ends them and they are rolled back.',
        'Das Anhalten beendet sie, und sie werden zurückgerollt.',
      ),
    );
    return { ...verdict, sessions: { instanceId: input.oldPrimary.instanceId, list } };
  },
);

const prepared = gateOnBoth(
  'prepared-transactions',
  'oldPrimary',
  text('No prepared transactions', 'Keine vorbereiteten Transaktionen'),
  ({ old }) => {
    const n = old.activity.preparedTransactions;
    if (n === 0) return ok(none);
    return warning(
      count(n),
      text(
        'They stay prepared on the new primary; their coordinator must know it.',
        'Sie bleiben auf dem neuen Primärserver vorbereitet; ihr Koordinator muss ihn kennen.',
      ),
    );
  },
);

const settingsNotLower = gateOnBoth(
  'settings-not-lower',
  null,
  text(
    'Settings allow both roles on both servers',
    'Die Einstellungen erlauben beide Rollen auf beiden Servern',
  ),
  ({ old, next, o }) => {
    const value = (m: typeof old.settings, name: string): number => Number(m.get(name)?.setting ?? 'NaN');
    const differ = REQUIRED_SETTINGS.filter((n) => value(old.settings, n) !== value(next.settings, n));
    if (differ.length === 0) return ok(text('equal', 'gleich'));
    const list = differ.map((n) => `${n} ${value(old.settings, n)} / ${value(next.settings, n)}`).join(', ');
    const detail = sameText(`${o.names.oldPrimary} / ${o.names.newPrimary}: ${list}`);
    const fix = text(
      'A standby whose value is lower than the primary’s does not start (or pauses replay): make them equal on both.',
      'Ein Standby-Server mit niedrigerem Wert als der Primärserver startet nicht (oder hält das Einspielen an): Gleichen Sie die Werte an.',
    );
    // After the change the old primary is the standby: its values must not be lower.
    const breaks = differ.some((n) => value(old.settings, n) < value(next.settings, n));
    return breaks ? blocking(detail, fix) : warning(detail, fix);
  },
);

const rewindPossible = gateOnBoth(
  'rewind-possible',
  null,
  text('pg_rewind is possible later', 'pg_rewind ist später möglich'),
  ({ old }) => {
    const hints = old.control?.walLogHints === true;
    const sums = old.control?.dataChecksums === true;
    const full = old.settings.get('full_page_writes')?.setting === 'on';
    if ((hints || sums) && full) return ok(sameText(sums ? 'data_checksums' : 'wal_log_hints'));
    return warning(
      text('neither wal_log_hints nor checksums', 'weder wal_log_hints noch Prüfsummen'),
      text(
        'If this change fails late, the old primary needs a whole new base backup: set wal_log_hints = on.',
        'Scheitert der Wechsel spät, braucht der alte Primärserver eine ganz neue Basissicherung: Setzen Sie wal_log_hints = on.',
      ),
    );
  },
);

const timelineFollows = gateOnBoth(
  'follows-latest-timeline',
  null,
  text('Standbys follow the latest timeline', 'Standby-Server folgen der neuesten Zeitlinie'),
  ({ old }) => {
    const value = old.settings.get('recovery_target_timeline')?.setting ?? 'latest';
    if (value === 'latest') return ok(sameText(value));
    return blocking(
      sameText(`recovery_target_timeline = ${value}`),
      text(
        'The old primary could never follow: set it to latest.',
        'Der alte Primärserver könnte nie folgen: Setzen Sie latest.',
      ),
    );
  },
);

function judgeWayBack({ wayBack, names }: ChangeObservation): Verdict {
  if (wayBack?.result === 'ok') return ok(text('connected and identified', 'verbunden und erkannt'));
  if (wayBack === null)
    return { state: 'unknown', detail: text('could not be tried', 'konnte nicht versucht werden') };
  const detail =
    'detail' in wayBack ? `: ${wayBack.detail}` : 'seenAddress' in wayBack ? `: ${wayBack.seenAddress}` : '';
  return blocking(
    sameText(`${wayBack.result}${detail}`),
    text(
      `After the change ${names.oldPrimary} must replicate from ${names.newPrimary}: role, pg_hba.conf there, and the network in this direction.`,
      `Nach dem Wechsel muss ${names.oldPrimary} von ${names.newPrimary} replizieren: Rolle, pg_hba.conf dort und das Netzwerk in dieser Richtung.`,
    ),
  );
}

const wayBackWorks = gate(
  'way-back-works',
  'oldPrimary',
  text(
    'Replication from the other side works, tried for real',
    'Replikation in Gegenrichtung funktioniert, wirklich versucht',
  ),
  judgeWayBack,
);

function diskFree(pin: 'oldPrimary' | 'newPrimary'): SwitchGate {
  return gate(
    `${pin === 'oldPrimary' ? 'old' : 'new'}-disk`,
    pin,
    text('Disk has room', 'Platz auf der Platte'),
    (o) => {
      const look = o[pin];
      if (look.state === 'away') return { state: 'unknown', detail: sameText(look.detail) };
      const { freeBytes, totalBytes } = look.disk;
      const free = bytesText(freeBytes);
      const detail = text(`${free.en} free`, `${free.de} frei`);
      if (freeBytes / totalBytes >= DISK_FREE_SHARE) return ok(detail);
      return blocking(detail, text('Make room first.', 'Schaffen Sie zuerst Platz.'));
    },
  );
}

const clocksAgree = gateOnBoth(
  'clocks-agree',
  null,
  text('Clocks agree', 'Die Uhren gehen gleich'),
  ({ old, next }) => {
    const apart = Math.abs(old.host.clockOffsetMs - next.host.clockOffsetMs);
    const detail = text(`${apart} ms apart`, `${apart} ms auseinander`);
    if (apart <= CLOCK_MS) return ok(detail);
    return warning(
      detail,
      text('Let a time service run on both.', 'Lassen Sie auf beiden einen Zeitdienst laufen.'),
    );
  },
);

export const READINESS_GATES: readonly SwitchGate[] = [
  noBackup,
  archiverWorks,
  longTransactions,
  prepared,
  settingsNotLower,
  rewindPossible,
  timelineFollows,
  wayBackWorks,
  diskFree('oldPrimary'),
  diskFree('newPrimary'),
  clocksAgree,
  startGatesAgree,
];
