import type { GateResult, Text } from '#server/domain/plan.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import type { SetupObservation } from './observation.ts';

export type SetupGate = Gate<SetupObservation, unknown>;

type Verdict = Pick<GateResult, 'state' | 'detail'> & { fix?: Text };
const ok = (detail: Text): Verdict => ({ state: 'ok', detail });

/** A gate from its title and a pure verdict on one observation. */
function gate(
  code: string,
  on: 'primary' | 'standby' | null,
  title: Text,
  judge: (o: SetupObservation) => Verdict,
): SetupGate {
  return (o) => {
    const verdict = judge(o);
    return {
      code,
      state: verdict.state,
      server: on === null ? null : o.subject[on].serverName,
      title,
      detail: verdict.detail,
      fix: verdict.fix ?? null,
      measuredAtMs: o.takenAtMs,
    };
  };
}

const majorOf = (versionNum: number): number => Math.floor(versionNum / 10_000);
const number = (o: SetupObservation, name: string): number =>
  Number(o.primary.settings.get(name)?.setting ?? Number.NaN);

export const primaryIsWritable = gate(
  'primary-is-writable',
  'primary',
  text('The primary accepts writes', 'Der Primärserver nimmt Schreibzugriffe an'),
  (o) =>
    o.primary.status.inRecovery
      ? {
          state: 'blocking',
          detail: text('it is a standby itself', 'er ist selbst ein Standby-Server'),
          fix: text('Choose the server that it follows.', 'Wählen Sie den Server, dem er folgt.'),
        }
      : ok(sameText(`timeline ${o.primary.status.timeline}`)),
);

export const sameArchitecture = gate(
  'same-architecture',
  null,
  text('Same processor architecture', 'Gleiche Prozessorarchitektur'),
  (o) => {
    const [a, b] = [o.primary.host.architecture, o.standby.host.architecture];
    if (a === b) return ok(sameText(a));
    return {
      state: 'blocking',
      detail: sameText(`${a} / ${b}`),
      fix: text(
        'Physical replication needs the same architecture: choose another server.',
        'Physische Replikation braucht die gleiche Architektur: Wählen Sie einen anderen Server.',
      ),
    };
  },
);

export const sameMajor = gate(
  'same-major',
  'standby',
  text('Same PostgreSQL major version installed', 'Gleiche PostgreSQL-Hauptversion installiert'),
  (o) => {
    const wanted = majorOf(o.primary.status.serverVersionNum);
    if (o.standby.toolMajor === wanted) return ok(sameText(`PostgreSQL ${wanted}`));
    return {
      state: 'blocking',
      detail: text(
        `PostgreSQL ${wanted} is needed, found ${o.standby.toolMajor ?? 'none'}`,
        `PostgreSQL ${wanted} wird gebraucht, gefunden: ${o.standby.toolMajor ?? 'keine'}`,
      ),
      fix: text(
        `Install it: apt-get install postgresql-${wanted}`,
        `Installieren Sie es: apt-get install postgresql-${wanted}`,
      ),
    };
  },
);

export const sameLocaleLibrary = gate(
  'same-locale-library',
  null,
  text('Same C library (sort order of indexes)', 'Gleiche C-Bibliothek (Sortierung der Indizes)'),
  (o) => {
    const [a, b] = [o.primary.host.libc, o.standby.host.libc];
    if (a === b && a !== null) return ok(sameText(a));
    const onlyC = o.primary.status.collations.every((c) => /^(c|posix)\b/i.test(c));
    return {
      state: 'warning',
      detail: sameText(`${a ?? '?'} / ${b ?? '?'}`),
      fix: onlyC
        ? text(
            'All databases sort by the C locale: nothing to do.',
            'Alle Datenbanken sortieren nach der Locale C: nichts zu tun.',
          )
        : text(
            'After a switch of roles text indexes may be wrong: REINDEX them, or use the same release.',
            'Nach einem Rollenwechsel können Textindizes falsch sein: REINDEX ausführen oder die gleiche Version verwenden.',
          ),
    };
  },
);

const CLOCK_WARN_MS = 2_000;
export const clocksAgree = gate(
  'clocks-agree',
  null,
  text('Clocks agree', 'Die Uhren stimmen überein'),
  (o) => {
    const skew = Math.abs(o.primary.host.clockOffsetMs - o.standby.host.clockOffsetMs);
    const detail = text(
      `${Math.round(skew)} ms apart, limit ${CLOCK_WARN_MS} ms`,
      `${Math.round(skew)} ms Unterschied, Grenze ${CLOCK_WARN_MS} ms`,
    );
    if (skew <= CLOCK_WARN_MS) return ok(detail);
    return {
      state: 'warning',
      detail,
      fix: text(
        'Start a time service (systemd-timesyncd, chrony) on both.',
        'Starten Sie auf beiden einen Zeitdienst (systemd-timesyncd, chrony).',
      ),
    };
  },
);

/** Data, the WAL written while it is copied, and a tenth in reserve. */
export function neededBytes(databaseBytes: number): number {
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

export const standbyReachesPrimary = gate(
  'standby-reaches-primary',
  'standby',
  text('The standby reaches the primary', 'Der Standby-Server erreicht den Primärserver'),
  (o) => {
    const where = `${o.subject.primary.address}:${o.subject.primary.location.port}`;
    const failure = o.standby.reachesPrimary;
    if (failure === null) return ok(sameText(where));
    const listen = o.primary.settings.get('listen_addresses')?.setting ?? '';
    const onlyLocal = listen === 'localhost' || listen === '127.0.0.1' || listen === '';
    if (onlyLocal && /refused/i.test(failure)) {
      return {
        state: 'warning',
        detail: text(
          `${where}: listens only locally (${listen}); the plan changes that`,
          `${where}: lauscht nur lokal (${listen}); der Plan ändert das`,
        ),
      };
    }
    return {
      state: 'blocking',
      detail: sameText(`${where}: ${failure}`),
      fix: text(
        `Open TCP port ${o.subject.primary.location.port} on ${o.subject.primary.serverName} for ${o.subject.standby.serverName}.`,
        `Öffnen Sie den TCP-Port ${o.subject.primary.location.port} auf ${o.subject.primary.serverName} für ${o.subject.standby.serverName}.`,
      ),
    };
  },
);

export const primaryReachesStandby = gate(
  'primary-reaches-standby',
  'primary',
  text(
    'The primary reaches the standby (for the way back)',
    'Der Primärserver erreicht den Standby-Server (für den Rückweg)',
  ),
  (o) => {
    const where = `${o.subject.standby.address}:${o.subject.standby.location.port}`;
    if (o.primaryReachesStandby === null) return ok(sameText(where));
    return {
      state: 'blocking',
      detail: sameText(`${where}: ${o.primaryReachesStandby}`),
      fix: text(
        `Open TCP port ${o.subject.standby.location.port} on ${o.subject.standby.serverName} for ${o.subject.primary.serverName}.`,
        `Öffnen Sie den TCP-Port ${o.subject.standby.location.port} auf ${o.subject.standby.serverName} für ${o.subject.primary.serverName}.`,
      ),
    };
  },
);

export const portIsFree = gate(
  'port-is-free',
  'standby',
  text('The port is free', 'Der Port ist frei'),
  (o) => {
    const port = o.subject.standby.location.port;
    if (!o.standby.portInUse) return ok(sameText(String(port)));
    return {
      state: 'blocking',
      detail: text(`${port} is in use`, `${port} ist belegt`),
      fix: text(
        'Choose another port, or stop what uses it.',
        'Wählen Sie einen anderen Port, oder beenden Sie, was ihn belegt.',
      ),
    };
  },
);

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

export const targetIsFree = gate(
  'target-is-free',
  'standby',
  text('The target directory is empty or moved aside', 'Das Zielverzeichnis ist leer oder wird verschoben'),
  (o) => {
    const path = o.subject.standby.location.dataDirectory;
    const entries = o.standby.targetEntries;
    if (o.standby.targetServerRuns) {
      return {
        state: 'blocking',
        detail: text(`PostgreSQL runs in ${path}`, `PostgreSQL läuft in ${path}`),
        fix: text(
          'Stop it, or choose another directory.',
          'Halten Sie es an, oder wählen Sie ein anderes Verzeichnis.',
        ),
      };
    }
    if (entries === null || entries === 0) return ok(text(`${path} is empty`, `${path} ist leer`));
    if (o.subject.moveAsideTo !== null && !o.standby.asideExists) {
      return {
        state: 'warning',
        detail: text(
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
        'Change them where the server is started (service file or script).',
        'Ändern Sie sie dort, wo der Server gestartet wird (Dienstdatei oder Skript).',
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

export const configIsInside = gate(
  'config-in-data-directory',
  'primary',
  text('Configuration lies in the data directory', 'Die Konfiguration liegt im Datenverzeichnis'),
  (o) => {
    const { hbaFile, configFile } = o.primary.status;
    const root = `${o.subject.primary.location.dataDirectory}/`;
    const outside = [configFile, hbaFile].filter((file) => !file.startsWith(root));
    if (outside.length === 0) return ok(sameText(root));
    return {
      state: 'blocking',
      detail: sameText(outside.join(', ')),
      fix: text(
        'Configuration outside the data directory is not supported yet for servers run with pg_ctl.',
        'Konfiguration außerhalb des Datenverzeichnisses wird für Server mit pg_ctl noch nicht unterstützt.',
      ),
    };
  },
);

/** All gates of a new standby, in the order in which people ask. */
export const SETUP_GATES: readonly SetupGate[] = [
  primaryIsWritable,
  sameArchitecture,
  sameMajor,
  sameLocaleLibrary,
  clocksAgree,
  diskIsLargeEnough,
  targetIsFree,
  portIsFree,
  standbyReachesPrimary,
  primaryReachesStandby,
  senderIsFree,
  slotNameIsFree,
  noForeignTablespaces,
  configIsInside,
  noCommandLineSettings,
  hbaIsReadable,
  rewindIsPossible,
];
