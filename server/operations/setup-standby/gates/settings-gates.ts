import { posix } from 'node:path';
import { configDirectoryOf } from '#server/domain/instance-location.ts';
import { sameText, text } from '#server/domain/text.ts';
import { ok } from '../../gate-maker.ts';
import { liesAmongData } from '../files-to-bring.ts';
import { gate } from './gate.ts';
import { changeOf } from './other-kind-gates.ts';
import type { SetupObservation } from '../observation.ts';

const number = (o: SetupObservation, name: string): number =>
  Number(o.primary.settings.get(name)?.setting ?? Number.NaN);

export const senderIsFree = gate(
  'sender-is-free',
  'primary',
  text('WAL senders and slots are free', 'WAL-Sender und Slots sind frei'),
  (o) => {
    const senders = number(o, 'max_wal_senders');
    const slots = number(o, 'max_replication_slots');
    const detail = text(
      `${o.primary.sendersInUse} of ${senders} senders, ${o.primary.slots.length} of ${slots} slots in use`,
      `${o.primary.sendersInUse} von ${senders} Sendern, ${o.primary.slots.length} von ${slots} Slots belegt`,
    );
    // A backup streams WAL beside its data: two senders, later one.
    if (senders - o.primary.sendersInUse >= 2 && slots > o.primary.slots.length) return ok(detail);
    return {
      state: 'warning',
      detail,
      fix: text(
        'The plan raises the limits, with a restart.',
        'Der Plan erhöht die Grenzen, mit einem Neustart.',
      ),
    };
  },
);

export const slotNameIsFree = gate(
  'slot-name-is-free',
  'primary',
  text('The slot name is free', 'Der Slot-Name ist frei'),
  (o) => {
    const name = o.subject.slotName;
    if (!o.primary.slots.some((s) => s.name === name)) return ok(sameText(name));
    return {
      state: 'blocking',
      detail: text(`a slot ${name} exists`, `ein Slot ${name} existiert`),
      fix: text(
        'Make the plan anew: it chooses another name.',
        'Erstellen Sie den Plan neu: Er wählt einen anderen Namen.',
      ),
    };
  },
);

const OURS = [
  'wal_level',
  'max_wal_senders',
  'max_replication_slots',
  'hot_standby',
  'wal_log_hints',
  'listen_addresses',
  'max_slot_wal_keep_size',
] as const;
export const noCommandLineSettings = gate(
  'no-command-line-settings',
  'primary',
  text(
    'No setting on the command line that would win over ours',
    'Keine Einstellung auf der Kommandozeile, die unsere überstimmt',
  ),
  (o) => {
    const fixed = OURS.filter((name) => o.primary.settings.get(name)?.source === 'command line');
    if (fixed.length === 0) return ok(text('none', 'keine'));
    return {
      state: 'warning',
      detail: sameText(fixed.join(', ')),
      fix: text(
        'In a container that Compose made, Tandem takes them off: server page, Settings of the command line, or npx tandem server release-settings. Elsewhere change them where the server is started (service file or script).',
        'In einem Container von Compose nimmt Tandem sie heraus: Serverseite, Einstellungen der Kommandozeile, oder npx tandem server release-settings. Sonst ändern Sie sie dort, wo der Server gestartet wird (Dienstdatei oder Skript).',
      ),
    };
  },
);

export const rewindIsPossible = gate(
  'rewind-possible',
  'primary',
  text(
    'A quick return after a failover is possible (pg_rewind)',
    'Schnelle Rückkehr nach einem Failover möglich (pg_rewind)',
  ),
  (o) => {
    const hints = o.primary.settings.get('wal_log_hints')?.setting === 'on';
    if (o.primary.status.dataChecksums)
      return ok(text('data checksums are on', 'Prüfsummen sind eingeschaltet'));
    if (hints) return ok(text('wal_log_hints is on', 'wal_log_hints ist eingeschaltet'));
    return {
      state: 'warning',
      detail: text('neither checksums nor wal_log_hints', 'weder Prüfsummen noch wal_log_hints'),
      fix: text(
        'The plan turns wal_log_hints on; it needs the restart.',
        'Der Plan schaltet wal_log_hints ein; das braucht den Neustart.',
      ),
    };
  },
);

export const hbaIsReadable = gate(
  'hba-is-readable',
  'primary',
  text('pg_hba.conf has no errors', 'pg_hba.conf ist fehlerfrei'),
  (o) =>
    o.primary.hbaErrors === 0
      ? ok(text('no errors', 'keine Fehler'))
      : {
          state: 'blocking',
          detail: text(
            `${o.primary.hbaErrors} lines cannot be read`,
            `${o.primary.hbaErrors} Zeilen sind nicht lesbar`,
          ),
          fix: text(
            'SELECT * FROM pg_hba_file_rules WHERE error IS NOT NULL; names them.',
            'SELECT * FROM pg_hba_file_rules WHERE error IS NOT NULL; nennt sie.',
          ),
        },
);

export const configIsWhereItIsExpected = gate(
  'config-is-found',
  'primary',
  text('The configuration lies where it is expected', 'Die Konfiguration liegt, wo sie erwartet wird'),
  (o) => {
    const { hbaFile, configFile } = o.primary.status;
    const root = `${configDirectoryOf(o.subject.primary.location)}/`;
    const { mountedFiles } = o.subject;
    const isBrought = (file: string): boolean => {
      if (changeOf(o) !== 'out') return file.startsWith(root) || mountedFiles.includes(file);
      // Read one by one, wherever they lie; what they include is found again only below them.
      return file === configFile || file === hbaFile || file.startsWith(`${posix.dirname(configFile)}/`);
    };
    const { files, directories } = o.primary.included;
    // Put into the main file, they may lie anywhere.
    const apart = liesAmongData(o.subject.standby.location) ? [] : [...files, ...directories];
    const all = [configFile, hbaFile, ...apart];
    const outside = all.filter((file) => !isBrought(file));
    if (o.standby.notMounted.length > 0) {
      return {
        state: 'blocking',
        detail: text(
          `the container of ${o.subject.standby.serverName} has not ${o.standby.notMounted.join(', ')}`,
          `dem Container von ${o.subject.standby.serverName} fehlt ${o.standby.notMounted.join(', ')}`,
        ),
        fix: text(
          'Mount it there as the primary has it, or make the container anew like the primary’s.',
          'Binden Sie es dort ein wie beim Primärserver, oder legen Sie den Container nach dessen Vorbild neu an.',
        ),
      };
    }
    if (outside.length === 0) return ok(sameText([root, ...mountedFiles].join(', ')));
    return {
      state: 'blocking',
      detail: text(`${outside.join(', ')} outside ${root}`, `${outside.join(', ')} außerhalb von ${root}`),
      fix: text(
        `Move it to ${root}, or set hba_file there: a new standby would not get it.`,
        `Legen Sie sie nach ${root}, oder setzen Sie hba_file dort: Ein neuer Standby-Server bekäme sie nicht.`,
      ),
    };
  },
);
