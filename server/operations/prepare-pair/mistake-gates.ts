import type { GateResult, Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import { isRoomy, settingsToMatch } from './mend.ts';
import type { Habits, NodeHabits } from './observe-habits.ts';

type Finding = Pick<GateResult, 'code' | 'title' | 'detail'> & { on: NodeHabits | null; fix: Text };

const PLAN_MENDS = text('This plan mends it.', 'Dieser Plan behebt das.');
const SIDES = ['primary', 'standby'] as const;

/** What people get wrong with a pair made by hand; each found mistake is a warning with its cause and its cure. */
export function mistakeGates(h: Habits): GateResult[] {
  const found = [...SIDES.flatMap((side) => ofNode(h[side], h)), ...ofPair(h)];
  return found.map(({ on, ...finding }) => ({
    ...finding,
    state: 'warning',
    server: on?.serverName ?? null,
    measuredAtMs: h.takenAtMs,
  }));
}

function ofNode(n: NodeHabits, h: Habits): Finding[] {
  return [
    openReplication(n, h),
    openDatabases(n, h),
    passwordInConninfo(n),
    noSlotLimit(n),
    noHints(n),
    unread(n),
    otherMajor(n),
    onCommandLine(n),
  ].filter((finding) => finding !== null);
}

function openReplication(n: NodeHabits, h: Habits): Finding | null {
  const rules = n.openRules.filter((rule) => rule.replication);
  if (rules.length === 0) return null;
  return {
    code: 'replication-open-to-everybody',
    on: n,
    title: text('Replication is open to every address', 'Replikation ist für jede Adresse offen'),
    detail: sameText(rules.map((rule) => `pg_hba.conf ${rule.line}: ${rule.text}`).join('; ')),
    fix:
      h.standbys > 1
        ? text(
            'More than one standby streams: narrow these rules to their addresses.',
            'Mehrere Standby-Server replizieren: Grenzen Sie diese Regeln auf deren Adressen ein.',
          )
        : text(
            'This plan allows both servers by name and turns these rules into comments.',
            'Dieser Plan erlaubt beide Server einzeln und macht diese Regeln zu Kommentaren.',
          ),
  };
}

function openDatabases(n: NodeHabits, h: Habits): Finding | null {
  const rules = n.openRules.filter((rule) => !rule.replication);
  if (rules.length === 0) return null;
  const seen = h.clientAddresses.join(', ');
  return {
    code: 'databases-open-to-everybody',
    on: n,
    title: text('Databases are open to every address', 'Datenbanken sind für jede Adresse offen'),
    detail: sameText(rules.map((rule) => `pg_hba.conf ${rule.line}: ${rule.text}`).join('; ')),
    fix:
      seen === ''
        ? text(
            'Which clients need it only you know: name their addresses instead.',
            'Welche Clients es brauchen, wissen nur Sie: Nennen Sie stattdessen deren Adressen.',
          )
        : text(
            `Clients come from ${seen} now: name these addresses instead.`,
            `Clients kommen jetzt von ${seen}: Nennen Sie stattdessen diese Adressen.`,
          ),
  };
}

function passwordInConninfo(n: NodeHabits): Finding | null {
  if (!n.passwordInConninfo) return null;
  return {
    code: 'password-in-conninfo',
    on: n,
    title: text('A password stands in primary_conninfo', 'In primary_conninfo steht ein Passwort'),
    detail: text(
      'every superuser reads it there, and every copy of the data directory carries it',
      'jeder Superuser liest es dort, und jede Kopie des Datenverzeichnisses trägt es',
    ),
    fix: text(
      'This plan replicates with a role of its own and a password file. Then change or drop the old role.',
      'Dieser Plan repliziert mit einer eigenen Rolle und einer Passwortdatei. Ändern oder löschen Sie danach die alte Rolle.',
    ),
  };
}

function noSlotLimit(n: NodeHabits): Finding | null {
  if (n.settings.get('max_slot_wal_keep_size')?.setting !== '-1') return null;
  return {
    code: 'slot-without-limit',
    on: n,
    title: text('A slot may fill the disk with WAL', 'Ein Slot darf die Platte mit WAL füllen'),
    detail: sameText('max_slot_wal_keep_size = -1'),
    fix: isRoomy(n)
      ? text(
          'This plan sets half of the free disk, where the command line does not forbid it.',
          'Dieser Plan setzt die Hälfte des freien Platzes, wo die Kommandozeile es nicht verhindert.',
        )
      : text(
          'A slot holds back so much now that a limit would end it: see to its reader first.',
          'Ein Slot hält jetzt so viel zurück, dass eine Grenze ihn beenden würde: Kümmern Sie sich zuerst um seinen Leser.',
        ),
  };
}

function noHints(n: NodeHabits): Finding | null {
  if (n.checksums || n.settings.get('wal_log_hints')?.setting === 'on') return null;
  return {
    code: 'rewind-impossible',
    on: n,
    title: text('pg_rewind is not possible', 'pg_rewind ist nicht möglich'),
    detail: text(
      'no data checksums, and wal_log_hints is off',
      'keine Prüfsummen, und wal_log_hints ist aus',
    ),
    fix: text(
      'This plan turns wal_log_hints on. The standby restarts for it; the primary takes it over with its next restart or change of roles.',
      'Dieser Plan schaltet wal_log_hints ein. Der Standby-Server startet dafür neu; der Primärserver übernimmt es beim nächsten Neustart oder Rollenwechsel.',
    ),
  };
}

function unread(n: NodeHabits): Finding | null {
  if (n.unreadFiles.length === 0) return null;
  return {
    code: 'configuration-not-read',
    on: n,
    title: text('Configuration that nobody reads', 'Konfiguration, die niemand liest'),
    detail: sameText(n.unreadFiles.join(', ')),
    fix: text(
      'postgresql.conf does not include it: what is set there is not in force. Add include_dir or include, or remove the file.',
      'postgresql.conf bindet sie nicht ein: Was dort steht, gilt nicht. Ergänzen Sie include_dir oder include, oder entfernen Sie die Datei.',
    ),
  };
}

function onCommandLine(n: NodeHabits): Finding | null {
  const fixed = [...n.settings].filter(([, row]) => row.source === 'command line').map(([name]) => name);
  if (fixed.length === 0) return null;
  return {
    code: 'settings-on-command-line',
    on: n,
    title: text('The command line fixes settings', 'Die Kommandozeile legt Einstellungen fest'),
    detail: text(
      `${fixed.join(', ')}: ALTER SYSTEM has no effect on them`,
      `${fixed.join(', ')}: ALTER SYSTEM wirkt nicht darauf`,
    ),
    fix: n.inContainer
      ? text(
          'Tandem takes them off: server page, Settings of the command line, or npx tandem server release-settings. It costs one restart.',
          'Tandem nimmt sie heraus: Serverseite, Einstellungen der Kommandozeile, oder npx tandem server release-settings. Das kostet einen Neustart.',
        )
      : text(
          'Take them out of the service file or script that starts the server.',
          'Nehmen Sie sie aus der Dienstdatei oder dem Skript, das den Server startet.',
        ),
  };
}

function otherMajor(n: NodeHabits): Finding | null {
  const others = n.installedMajors.filter((major) => major !== n.majorVersion);
  if (others.length === 0 || n.installedMajors.includes(n.majorVersion)) return null;
  return {
    code: 'tools-of-another-major',
    on: n,
    title: text('Tools of another major version', 'Werkzeuge einer anderen Hauptversion'),
    detail: text(
      `the host has PostgreSQL ${others.join(', ')}, the server is ${n.majorVersion}`,
      `der Server hat PostgreSQL ${others.join(', ')} installiert, die Datenbank ist ${n.majorVersion}`,
    ),
    fix: text(
      'Tandem uses the programs of the container. By hand, do the same: docker exec.',
      'Tandem benutzt die Programme des Containers. Tun Sie von Hand dasselbe: docker exec.',
    ),
  };
}

function ofPair(h: Habits): Finding[] {
  const { primary, standby } = h;
  const found: Finding[] = [];
  const unequal = Object.entries(settingsToMatch(h));
  if (unequal.length > 0)
    found.push({
      code: 'limits-differ',
      on: standby,
      title: text('Limits differ between the servers', 'Grenzwerte der Server unterscheiden sich'),
      detail: sameText(
        unequal
          .map(([name, need]) => `${name} ${standby.settings.get(name)?.setting ?? '?'} / ${need}`)
          .join(', '),
      ),
      fix: text(
        'A standby with a lower value does not start. This plan gives the standby the primary’s values and restarts it.',
        'Ein Standby-Server mit niedrigerem Wert startet nicht. Dieser Plan gibt ihm die Werte des Primärservers und startet ihn neu.',
      ),
    });
  if (standby.primarySlotName === '')
    found.push({
      code: 'no-slot',
      on: standby,
      title: text('The standby streams without a slot', 'Der Standby-Server repliziert ohne Slot'),
      detail: text(
        'the primary does not keep WAL for it while it is away',
        'der Primärserver hebt kein WAL für ihn auf, solange er weg ist',
      ),
      fix: PLAN_MENDS,
    });
  if (!standby.admitsReplication)
    found.push({
      code: 'no-way-back',
      on: standby,
      title: text('No rule for the way back', 'Keine Regel für den Rückweg'),
      detail: text(
        'after a change of roles the old primary could not replicate from here',
        'nach einem Rollenwechsel könnte der alte Primärserver nicht von hier replizieren',
      ),
      fix: PLAN_MENDS,
    });
  if (primary.inContainer && standby.inContainer && primary.autostart === 'on' && standby.autostart === 'on')
    found.push({
      code: 'both-start-by-themselves',
      on: null,
      title: text('Docker starts both servers by itself', 'Docker startet beide Server von selbst'),
      detail: text(
        'after a failover by hand the old primary comes back writable with the next boot',
        'nach einem Failover von Hand kommt der alte Primärserver beim nächsten Booten schreibbar zurück',
      ),
      fix: text(
        'Fail over with Tandem: it takes the restart policy and fences the directory first. Never promote by hand.',
        'Führen Sie Failover mit Tandem durch: Es nimmt zuerst die Neustart-Richtlinie und sperrt das Verzeichnis. Befördern Sie nie von Hand.',
      ),
    });
  return found;
}
