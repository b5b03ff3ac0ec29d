import { bytesText, sameText, text } from '#server/domain/text.ts';
import { ok } from '../../gate-maker.ts';
import { gate } from './gate.ts';

/** Data, the WAL written while it is copied, and a tenth in reserve. */
function neededBytes(databaseBytes: number): number {
  return Math.ceil(databaseBytes * 1.1) + 1024 ** 3;
}

export const diskIsLargeEnough = gate(
  'disk-large-enough',
  'standby',
  text('Disk holds data and WAL', 'Platz für Daten und WAL'),
  (o) => {
    const needed = neededBytes(o.primary.status.databaseBytes);
    const free = o.standby.disk.freeBytes;
    const [n, f] = [bytesText(needed), bytesText(free)];
    const detail = text(`${n.en} needed, ${f.en} free`, `${n.de} nötig, ${f.de} frei`);
    if (free >= needed) return ok(detail);
    return {
      state: 'blocking',
      detail,
      fix: text(
        'Choose a directory on a larger disk, or make room.',
        'Wählen Sie ein Verzeichnis auf einer größeren Platte oder schaffen Sie Platz.',
      ),
    };
  },
);

export const targetIsFree = gate(
  'target-is-free',
  'standby',
  text('The target directory is empty or moved aside', 'Das Zielverzeichnis ist leer oder wird verschoben'),
  (o) => {
    const path = o.subject.standby.location.dataDirectory;
    const entries = o.standby.targetEntries;
    if (o.standby.targetServerRuns && !o.subject.stopTarget) {
      return {
        state: 'blocking',
        detail: text(`PostgreSQL runs in ${path}`, `PostgreSQL läuft in ${path}`),
        fix: text(
          'It holds databases or has clients: stop it, or choose another directory.',
          'Es enthält Datenbanken oder hat Clients: Halten Sie es an, oder wählen Sie ein anderes Verzeichnis.',
        ),
      };
    }
    if (entries === null || entries === 0) return ok(text(`${path} is empty`, `${path} ist leer`));
    if (o.subject.moveAsideTo !== null && !o.standby.asideExists) {
      return {
        state: 'warning',
        detail: o.standby.targetServerRuns
          ? text(
              `an unused PostgreSQL runs in ${path}: it is stopped and moved to ${o.subject.moveAsideTo}`,
              `ein unbenutztes PostgreSQL läuft in ${path}: Es wird angehalten und nach ${o.subject.moveAsideTo} verschoben`,
            )
          : text(
              `${entries} entries in ${path} are moved to ${o.subject.moveAsideTo}`,
              `${entries} Einträge in ${path} werden nach ${o.subject.moveAsideTo} verschoben`,
            ),
      };
    }
    return {
      state: 'blocking',
      detail: text(`${path} holds ${entries} entries`, `${path} enthält ${entries} Einträge`),
      fix: text('Make the plan anew.', 'Erstellen Sie den Plan neu.'),
    };
  },
);

export const noForeignTablespaces = gate(
  'no-tablespaces',
  'primary',
  text('No tablespaces outside the data directory', 'Keine Tablespaces außerhalb des Datenverzeichnisses'),
  (o) => {
    const { tablespaces } = o.primary.status;
    if (tablespaces.length === 0) return ok(text('none', 'keine'));
    return {
      state: 'blocking',
      detail: sameText(tablespaces.join(', ')),
      fix: text(
        'Tablespaces are not supported yet: move their tables into the default one.',
        'Tablespaces werden noch nicht unterstützt: Verschieben Sie die Tabellen in den Standard-Tablespace.',
      ),
    };
  },
);
