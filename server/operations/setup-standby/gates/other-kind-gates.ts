import { NAMES_FILES } from '#server/domain/instance-location.ts';
import { REQUIRED_SETTINGS } from '#server/domain/required-settings.ts';
import { sameText, text } from '#server/domain/text.ts';
import { ok } from '../../gate-maker.ts';
import type { SetupObservation } from '../observation.ts';
import { changesPlace } from '../other-kind.ts';
import { gate } from './gate.ts';

/** `in` = into a container, `out` = out of one; null = both servers live in the same kind of place. */
export const changeOf = ({ subject }: SetupObservation): 'in' | 'out' | null =>
  changesPlace(subject.primary.location, subject.standby.location);

/** What the standby's container is told at its start wins over every file that it is given. */
export const commandLineFits = gate(
  'container-command-fits',
  'standby',
  text(
    'The command of the standby’s container leaves room for the primary’s configuration',
    'Der Aufruf im Container des Standby-Servers lässt die Konfiguration des Primärservers gelten',
  ),
  (o) => {
    const given = o.standby.container?.commandLine ?? {};
    if (changeOf(o) !== 'in') return ok(text('nothing to compare', 'nichts zu vergleichen'));
    const files = NAMES_FILES.filter((name) => given[name] !== undefined);
    const low = REQUIRED_SETTINGS.filter(
      (name) => Number(given[name] ?? 'NaN') < Number(o.primary.settings.get(name)?.setting ?? 'NaN'),
    );
    const said = [...files, ...low].map((name) => `${name}=${given[name] ?? ''}`).join(', ');
    if (said === '') return ok(text('nothing in its way', 'nichts steht im Weg'));
    return {
      state: 'blocking',
      detail: sameText(said),
      fix:
        files.length > 0
          ? text(
              'Make the container without it, so that its configuration lies in the data directory: the primary’s is laid there.',
              'Legen Sie den Container ohne diese Angabe an, damit seine Konfiguration im Datenverzeichnis liegt: Dorthin kommt die des Primärservers.',
            )
          : text(
              'A standby may not have less than its primary: make the container without it, or with as much.',
              'Ein Standby-Server darf nicht weniger haben als sein Primärserver: Legen Sie den Container ohne diese Angabe an, oder mit ebenso viel.',
            ),
    };
  },
);

/** Its own files of encryption are no part of a base backup. */
export const certificateIsThere = gate(
  'certificate-is-there',
  'standby',
  text(
    'Certificates that the primary’s configuration names are there',
    'Zertifikate, die die Konfiguration des Primärservers nennt, sind da',
  ),
  (o) => {
    const missing = o.standby.missingTlsFiles;
    if (missing.length === 0) return ok(text('none is missing', 'keines fehlt'));
    return {
      state: 'warning',
      detail: text(
        `${missing.join(', ')}: the standby starts with ssl = off`,
        `${missing.join(', ')}: Der Standby-Server startet mit ssl = off`,
      ),
      fix: text(
        'Clients that insist on encryption are refused there. Lay the files there before, or encrypt the pair afterwards.',
        'Clients, die auf Verschlüsselung bestehen, werden dort abgewiesen. Legen Sie die Dateien vorher dort ab, oder verschlüsseln Sie das Serverpaar danach.',
      ),
    };
  },
);
