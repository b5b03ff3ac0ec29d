import type { Text } from '#server/domain/plan.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import { gateMaker } from '../gate-maker.ts';
import type { RejoinInput } from './input.ts';
import type { Relation } from './fork-point.ts';
import type { OldLook, RejoinObservation } from './look.ts';
import { lacksWal } from './wal-segments.ts';

type RejoinGate = Gate<RejoinObservation, RejoinInput>;

/** Room for what is copied aside, beyond what the way itself needs. */
const MARGIN_BYTES = 1024 ** 3;
/** A start that takes longer is no reason to wait any more. */
const STARTING_MS = 60_000;

const gate = gateMaker<RejoinObservation, RejoinInput, 'old' | 'next'>((on, { names }) => names[on]);

/** For everything that brings a node to a primary, or takes one from it. */
export const primaryWrites = gateMaker<RejoinObservation, Pick<RejoinInput, 'systemIdentifier'>, 'next'>(
  (on, { names }) => names[on],
)(
  'primary-writes',
  'next',
  text('The primary accepts writes', 'Der Primärserver nimmt Schreibzugriffe an'),
  (o, input) => {
    if (o.next === null) return { state: 'blocking', detail: sameText(o.nextFailure ?? '') };
    const { position } = o.next;
    if (position.systemIdentifier !== input.systemIdentifier)
      return {
        state: 'blocking',
        detail: text('it is another database system', 'er ist ein anderes Datenbanksystem'),
      };
    if (position.inRecovery)
      return { state: 'blocking', detail: text('it is in recovery', 'er ist im Wiederherstellungsmodus') };
    return { state: 'ok', detail: text(`timeline ${position.timeline}`, `Zeitlinie ${position.timeline}`) };
  },
);

const hostAnswers = gate(
  'old-host-answers',
  'old',
  text('The host of the old primary answers', 'Der Host des alten Primärservers antwortet'),
  (o) =>
    o.old === null
      ? {
          state: 'blocking',
          detail: sameText(o.oldFailure ?? ''),
          fix: text('It must be reachable over SSH.', 'Er muss per SSH erreichbar sein.'),
        }
      : { state: 'ok', detail: sameText(o.old.state) },
);

const isNotWritable = gate(
  'old-is-not-writable',
  'old',
  text('The old primary does not accept writes', 'Der alte Primärserver nimmt keine Schreibzugriffe an'),
  (o) => {
    const position = o.old?.position ?? null;
    if (position === null || position.inRecovery)
      return { state: 'ok', detail: text('read-only or stopped', 'nur lesend oder angehalten') };
    return {
      state: 'blocking',
      detail: text('it is writable: two primaries', 'er ist schreibbar: zwei Primärserver'),
      fix: text('Fence it first.', 'Schotten Sie ihn zuerst ab.'),
    };
  },
);

/** What is owed is set within seconds after its host is back, by stopping it: what was seen before holds no more. */
const isFenced = gate(
  'old-fence-is-set',
  'old',
  text('No fence of the old primary is owed', 'Für den alten Primärserver steht keine Isolierung aus'),
  (o) =>
    o.fenceOwed
      ? {
          state: 'blocking',
          detail: text('its fence is not set yet', 'seine Isolierung ist noch nicht gesetzt'),
          fix: text(
            'Wait: Tandem sets it as soon as its host answers.',
            'Warten Sie: Tandem setzt sie, sobald sein Host antwortet.',
          ),
        }
      : { state: 'ok', detail: text('nothing is owed', 'nichts steht aus') },
);

/**
 * While it starts nobody can tell what it has, and the way that is right now is wrong when it answers. One that
 * never answers is not waited for.
 */
const isSettled = gate(
  'old-is-settled',
  'old',
  text('The old primary is not just starting', 'Der alte Primärserver startet nicht gerade'),
  (o) => {
    const silentMs = o.old?.silentMs ?? null;
    if (silentMs === null)
      return { state: 'ok', detail: text('it answers, or is stopped', 'er antwortet oder steht') };
    const s = Math.round(silentMs / 1_000);
    if (silentMs > STARTING_MS)
      return { state: 'ok', detail: text(`no answer for ${s} s`, `seit ${s} s keine Antwort`) };
    return {
      state: 'blocking',
      detail: text(`it has been starting for ${s} s`, `er startet seit ${s} s`),
      fix: text(
        'Wait: what it has is known when it answers.',
        'Warten Sie: Was er hat, ist bekannt, sobald er antwortet.',
      ),
    };
  },
);

const isSameSystem = gate(
  'old-same-system',
  'old',
  text('It is this pair’s database system', 'Er ist das Datenbanksystem dieses Paars'),
  (o, input) => {
    const id = o.old?.control?.systemIdentifier ?? null;
    if (id === input.systemIdentifier) return { state: 'ok', detail: sameText(id) };
    if (input.way === 'rebuild')
      return {
        state: 'warning',
        detail: sameText(id ?? '-'),
        fix: text(
          'The directory is moved aside whatever it holds.',
          'Das Verzeichnis wird beiseite geschoben, was auch immer es enthält.',
        ),
      };
    return {
      state: 'blocking',
      detail: sameText(id ?? '-'),
      fix: text('Only a new base backup is possible.', 'Nur eine neue Basissicherung ist möglich.'),
    };
  },
);

const wayIsPossible = gate(
  'way-is-possible',
  'old',
  text('The chosen way is possible', 'Der gewählte Weg ist möglich'),
  (o, input) => {
    const verdict = feasibility(o, input.way);
    if (verdict.feasible) return { state: 'ok', detail: verdict.reason };
    return {
      state: 'blocking',
      detail: verdict.reason,
      fix: text(
        'Look again: the ways that are left are offered.',
        'Sehen Sie noch einmal nach: Die verbleibenden Wege werden angeboten.',
      ),
    };
  },
);

const diskHasRoom = gate('old-disk', 'old', text('Disk has room', 'Platz auf der Platte'), (o, input) => {
  if (o.old === null) return { state: 'unknown', detail: sameText(o.oldFailure ?? '') };
  const needed =
    (input.way === 'rebuild' ? Math.ceil(input.databaseBytes * 1.1) : 0) +
    (input.way === 'start' ? 0 : MARGIN_BYTES);
  const [n, f] = [bytesText(needed), bytesText(o.old.disk.freeBytes)];
  const detail = text(`${n.en} needed, ${f.en} free`, `${n.de} nötig, ${f.de} frei`);
  return o.old.disk.freeBytes >= needed
    ? { state: 'ok', detail }
    : { state: 'blocking', detail, fix: text('Make room first.', 'Schaffen Sie zuerst Platz.') };
});

interface Possibility {
  feasible: boolean;
  reason: Text;
}
const no = (en: string, de: string): Possibility => ({ feasible: false, reason: text(en, de) });
const yes = (en: string, de: string): Possibility => ({ feasible: true, reason: text(en, de) });

/** Whether a way is possible, and why; the planner and the run ask the same question. */
export function feasibility(o: RejoinObservation, way: RejoinInput['way']): Possibility {
  const { old, next } = o;
  if (old === null || next === null) return no('a server does not answer', 'ein Server antwortet nicht');
  switch (way) {
    case 'start':
      return mayStart(old, o.relation, next.oldestSegment);
    case 'rewind':
      return mayRewind(old, o.relation, next.fullPageWrites);
    case 'rebuild':
      return yes(
        'a new base backup beside the old directory, which is moved aside and kept',
        'eine neue Basissicherung neben dem alten Verzeichnis, das beiseite geschoben und behalten wird',
      );
  }
}

function mayStart(old: OldLook, relation: Relation | null, oldestSegment: bigint | null): Possibility {
  if (old.streams) return yes('it streams already', 'er repliziert schon');
  // A standby that lost its power wrote nothing of its own.
  const wroteNothing = old.control?.clusterState === 'in archive recovery';
  if (relation?.kind === 'behind' && (old.state !== 'stopped-uncleanly' || wroteNothing)) {
    if (oldestSegment === null)
      return no(
        'it is not known which WAL the primary still has',
        'welches WAL der Primärserver noch hat, ist nicht bekannt',
      );
    if (lacksWal(old, oldestSegment))
      return no(
        'the primary no longer has the WAL that it needs next',
        'der Primärserver hat das WAL nicht mehr, das er als Nächstes braucht',
      );
    return yes(
      'it has nothing of its own, and the primary has all the WAL that it needs',
      'er hat nichts Eigenes, und der Primärserver hat alles WAL, das er braucht',
    );
  }
  return no(
    'it wrote, or may have written, what the new primary never saw',
    'er hat geschrieben, oder vielleicht geschrieben, was der neue Primärserver nie gesehen hat',
  );
}

function mayRewind(old: OldLook, relation: Relation | null, fullPageWrites: boolean): Possibility {
  if (relation === null || relation.kind === 'unrelated')
    return no(
      'its timeline is not in the history of the new primary',
      'seine Zeitlinie kommt in der Geschichte des neuen Primärservers nicht vor',
    );
  if (old.streams || relation.kind === 'behind')
    return no('there is nothing to rewind', 'es gibt nichts zurückzudrehen');
  if (old.control?.walLogHints !== true && old.control?.dataChecksums !== true)
    return no('neither wal_log_hints nor checksums were on', 'weder wal_log_hints noch Prüfsummen waren an');
  if (!fullPageWrites) return no('full_page_writes is off', 'full_page_writes ist aus');
  return yes(
    'only what changed since the fork is copied; what it wrote beyond it is kept aside',
    'nur seit der Gabelung Geändertes wird kopiert; was er darüber hinaus schrieb, wird beiseite gelegt',
  );
}

export const REJOIN_GATES: readonly RejoinGate[] = [
  primaryWrites,
  hostAnswers,
  isNotWritable,
  isFenced,
  isSettled,
  isSameSystem,
  wayIsPossible,
  diskHasRoom,
];
