import type { FailureClass, FailureDiagnosis, Witness } from './assessment.ts';
import type { Text } from './plan.ts';
import { text } from './text.ts';

/** What the witnesses said, as far as they could be asked. */
export interface FailureFacts {
  /** Our SSH to the old primary's host; `refused` = it answers and does not let us in. */
  ssh: 'works' | 'refused' | 'silent';
  /** PostgreSQL accepts connections there; null = could not be asked. */
  accepts: boolean | null;
  /** A postmaster lives there; null = could not be asked. */
  process: boolean | null;
  /** Share that is free, of the data's disk or that of the WAL, whichever has less; null = could not be asked. */
  freeShare: number | null;
  /** The end of its log speaks of a full disk. */
  logSaysDiskFull: boolean;
  /** The standby's own TCP try to the old primary; null = could not be asked. */
  standbyReaches: boolean | null;
  /** The standby's receiver says streaming and advances between two looks. */
  receiverAdvances: boolean;
  /** The standby's host answers us. */
  standbyAnswers: boolean;
}

const DISK_FULL_SHARE = 0.01;
/** A crash gives some room back. */
const SCARCE_SHARE = 0.05;
const DISK_FULL = /No space left on device|could not extend file|disk full/i;
const STARTED = /starting PostgreSQL|database system is ready to accept/g;

/** Whether the end of a server's log speaks of a full disk. What lies before its last start is over. */
export function saysDiskFull(log: string): boolean {
  const started = [...log.matchAll(STARTED)].at(-1)?.index ?? 0;
  return DISK_FULL.test(log.slice(started));
}

/** The class from all witnesses together. The first row that fits decides. */
export function classifyFailure(f: FailureFacts): FailureClass {
  if (f.ssh === 'refused') return 'credentials';
  return f.ssh === 'silent' ? classifySilence(f) : classifyHost(f);
}

function classifySilence(f: FailureFacts): FailureClass {
  if (!f.standbyAnswers) return 'we-are-cut-off';
  if (f.standbyReaches === true || f.receiverAdvances) return 'path-cut';
  return f.standbyReaches === false ? 'host-down' : 'unclear';
}

function classifyHost(f: FailureFacts): FailureClass {
  if (f.accepts === true) return 'works';
  if (isFull(f)) return 'disk-full';
  if (f.process === true) return 'hung';
  return f.process === false ? 'postgres-down' : 'unclear';
}

/** A log may be an old one: the disk itself has the last word where it can be looked at. */
function isFull({ freeShare, logSaysDiskFull }: FailureFacts): boolean {
  if (freeShare === null) return logSaysDiskFull;
  return freeShare < (logSaysDiskFull ? SCARCE_SHARE : DISK_FULL_SHARE);
}

/** What each class means for a promotion. */
export const FAILURE_ADVICE = {
  works: {
    advice: 'refused',
    reason: text(
      'The primary works. Use the planned switchover: it loses nothing.',
      'Der Primärserver arbeitet. Benutzen Sie den geplanten Rollenwechsel: Er verliert nichts.',
    ),
  },
  'host-down': {
    advice: 'promote',
    reason: text(
      'Neither we nor the standby reach the host. It cannot be proven that it is down: only you can know.',
      'Weder wir noch der Standby-Server erreichen den Host. Dass er aus ist, lässt sich nicht beweisen: Nur Sie können es wissen.',
    ),
  },
  'postgres-down': {
    advice: 'promote',
    reason: text(
      'The host answers, PostgreSQL does not run. If it can simply be started again, nothing is lost.',
      'Der Host antwortet, PostgreSQL läuft nicht. Lässt es sich einfach wieder starten, geht nichts verloren.',
    ),
  },
  hung: {
    advice: 'promote',
    reason: text(
      'The process lives and answers nobody. Sessions that are open may still write until it is stopped: the run stops it first, by force if needed.',
      'Der Prozess lebt und antwortet niemandem. Offene Sitzungen können noch schreiben, bis er angehalten ist: Der Vorgang hält ihn zuerst an, notfalls mit Gewalt.',
    ),
  },
  'disk-full': {
    advice: 'advised-against',
    reason: text(
      'The disk is full. Make room and start it: a promotion would lose data, and the standby’s disk may be as full.',
      'Die Platte ist voll. Schaffen Sie Platz und starten Sie ihn: Eine Beförderung würde Daten verlieren, und die Platte des Standby-Servers ist vielleicht ebenso voll.',
    ),
  },
  credentials: {
    advice: 'advised-against',
    reason: text(
      'The host answers and refuses our login: that is no failure of the database. Repair the login first.',
      'Der Host antwortet und weist unsere Anmeldung ab: Das ist kein Ausfall der Datenbank. Stellen Sie zuerst die Anmeldung wieder her.',
    ),
  },
  'path-cut': {
    advice: 'refused',
    reason: text(
      'Only the path between Tandem and the host is cut: the standby still reaches the primary. Promoting would make two primaries.',
      'Nur der Weg zwischen Tandem und dem Host ist unterbrochen: Der Standby-Server erreicht den Primärserver noch. Eine Beförderung ergäbe zwei Primärserver.',
    ),
  },
  'we-are-cut-off': {
    advice: 'refused',
    reason: text(
      'We reach neither server: it is more likely that Tandem itself is cut off. Nothing can be decided from here.',
      'Wir erreichen keinen der beiden Server: Wahrscheinlich ist Tandem selbst abgeschnitten. Von hier aus lässt sich nichts entscheiden.',
    ),
  },
  unclear: {
    advice: 'advised-against',
    reason: text(
      'The witnesses do not agree or could not be asked. Look at the host yourself.',
      'Die Zeugen sind sich nicht einig oder konnten nicht gefragt werden. Sehen Sie sich den Host selbst an.',
    ),
  },
} as const satisfies Record<FailureClass, { advice: FailureDiagnosis['advice']; reason: Text }>;

export function diagnoseFailure(facts: FailureFacts, witnesses: Witness[]): FailureDiagnosis {
  const found = classifyFailure(facts);
  return { class: found, ...FAILURE_ADVICE[found], witnesses };
}
