import { sameText, text } from '#server/domain/text.ts';
import { ok } from '../../gate-maker.ts';
import { chosenNames, chosenOf } from '../input.ts';
import { OUTAGE_MS } from '../outage.ts';
import { gate } from './gate.ts';

export const somethingIsChosen = gate(
  'something-is-chosen',
  'node',
  text('Settings that come from the command line', 'Einstellungen von der Kommandozeile'),
  (_, input) => {
    const names = chosenNames(input);
    if (names.length > 0) return ok(sameText(names.join(', ')));
    const could = input.flags.filter((flag) => flag.stays === null).map((flag) => flag.name);
    return {
      state: 'blocking',
      detail: text('none is chosen', 'keine ist gewählt'),
      fix:
        could.length === 0
          ? text('There is nothing to do.', 'Es ist nichts zu tun.')
          : text(`Choose among ${could.join(', ')}.`, `Wählen Sie unter ${could.join(', ')}.`),
    };
  },
);

/** What moves is what is in force: the same value from another source. */
export const valuesAreInForce = gate(
  'values-are-in-force',
  'node',
  text('Their values are the ones in force', 'Ihre Werte sind die geltenden'),
  ({ commandLine }, input) => {
    const wrong = chosenOf(input).filter(
      ({ name, setting }) => commandLine.find((row) => row.name === name)?.setting !== setting,
    );
    if (wrong.length === 0)
      return ok(
        sameText(
          chosenOf(input)
            .map((f) => `${f.name} = ${f.value}`)
            .join(', '),
        ),
      );
    return {
      state: 'blocking',
      detail: sameText(wrong.map((flag) => flag.name).join(', ')),
      fix: text('Look again: they have changed.', 'Sehen Sie noch einmal nach: Sie haben sich geändert.'),
    };
  },
);

export const isTheSameServer = gate(
  'role-is-known',
  'node',
  text('The server is the one that was looked at', 'Der Server ist der, der angesehen wurde'),
  ({ status }, input) => {
    if (status.systemIdentifier !== input.systemIdentifier)
      return { state: 'blocking', detail: sameText(status.systemIdentifier) };
    const role = status.inRecovery
      ? text('a standby', 'ein Standby-Server')
      : text('a primary', 'ein Primärserver');
    if (status.inRecovery === input.inRecovery) return ok(role);
    return {
      state: 'blocking',
      detail: role,
      fix: text(
        'Its role has changed: look again.',
        'Seine Rolle hat sich geändert: Sehen Sie noch einmal nach.',
      ),
    };
  },
);

export const outageIsNamed = gate(
  'outage-is-named',
  'node',
  text('It is stopped and started once', 'Er wird einmal angehalten und gestartet'),
  ({ activity }, input) => {
    const seconds = Math.round(OUTAGE_MS / 1_000);
    const clients = activity.clientConnections;
    if (input.inRecovery)
      return ok(
        text(
          `a standby: no write outage; who reads there (${clients}) is disconnected`,
          `ein Standby-Server: kein Schreibausfall; wer dort liest (${clients}), wird getrennt`,
        ),
      );
    return {
      state: 'warning',
      detail: text(
        `writes are out for about ${seconds} s; ${clients} client connections end`,
        `Schreibzugriffe fallen etwa ${seconds} s aus; ${clients} Client-Verbindungen enden`,
      ),
      fix: text(
        'Choose a quiet minute. Applications have to connect anew.',
        'Wählen Sie eine ruhige Minute. Anwendungen müssen sich neu verbinden.',
      ),
    };
  },
);

export const nothingLongRuns = gate(
  'nothing-long-runs',
  'node',
  text('No backup and no long transaction', 'Keine Sicherung und keine lange Transaktion'),
  ({ activity }) => {
    const { backups, longTransactions, archiver } = activity;
    if (backups > 0)
      return {
        state: 'blocking',
        detail: text(`${backups} base backups run`, `${backups} Basissicherungen laufen`),
        fix: text('Wait until they have ended.', 'Warten Sie, bis sie beendet sind.'),
      };
    if (archiver.failing)
      return {
        state: 'blocking',
        detail: text(
          `archiving fails: ${archiver.lastFailure ?? '?'}`,
          `Archivieren schlägt fehl: ${archiver.lastFailure ?? '?'}`,
        ),
        fix: text(
          'A stop waits for the archiver. Mend the archiving first.',
          'Anhalten wartet auf den Archivierer. Beheben Sie zuerst das Archivieren.',
        ),
      };
    if (longTransactions.length === 0) return ok(text('none', 'keine'));
    const list = longTransactions.map((t) => `${t.user} ${t.seconds} s`).join(', ');
    return {
      state: 'warning',
      detail: sameText(list),
      fix: text('They are rolled back.', 'Sie werden zurückgerollt.'),
    };
  },
);

export const partnerIsTheOther = gate(
  'partner-is-the-other',
  'partner',
  text('The partner has the other role', 'Der Partner hat die andere Rolle'),
  ({ partnerInRecovery }, input) => {
    if (input.pair === null) return ok(text('not in a pair', 'in keinem Serverpaar'));
    if (partnerInRecovery === null)
      return {
        state: 'warning',
        detail: text('it cannot be asked', 'er kann nicht gefragt werden'),
        fix: text(
          'While both are away nothing can be failed over to.',
          'Solange beide weg sind, ist kein Failover möglich.',
        ),
      };
    if (partnerInRecovery !== input.inRecovery) return ok(text('as it should', 'wie es sein soll'));
    return {
      state: 'blocking',
      detail: partnerInRecovery
        ? text('both are standbys', 'beide sind Standby-Server')
        : text('both accept writes', 'beide nehmen Schreibzugriffe an'),
      fix: text(
        'Mend the pair first; its page says how.',
        'Beheben Sie das zuerst; die Seite des Serverpaars sagt, wie.',
      ),
    };
  },
);
