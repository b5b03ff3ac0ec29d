import { formatLsn } from '#server/domain/lsn.ts';
import type { Text } from '#server/domain/plan.ts';
import { foundGateText } from '#server/domain/start-gate.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import { gateMaker, type Verdict } from '../gate-maker.ts';
import type { OpenInput } from './input.ts';
import type { NodeFacts, OpenObservation } from './look.ts';

type OpenGate = Gate<OpenObservation, OpenInput>;

const gate = gateMaker<OpenObservation, OpenInput, 'primary' | 'standby'>((on, { names }) => names[on]);

const place = ({ timeline, lsn }: NodeFacts): Text => {
  const at = lsn === null ? '?' : formatLsn(lsn);
  return text(`timeline ${timeline}, last position ${at}`, `Zeitlinie ${timeline}, letzte Position ${at}`);
};

const isHeld = gate(
  'is-held',
  'primary',
  text('The recorded primary is read-only', 'Der eingetragene Primärserver ist nur lesend'),
  ({ primary }, input) => {
    if (primary.state === 'away') return { state: 'unknown', detail: sameText(primary.detail) };
    if (primary.systemIdentifier !== input.systemIdentifier)
      return {
        state: 'blocking',
        detail: text('it is another database system', 'er ist ein anderes Datenbanksystem'),
      };
    if (primary.state === 'stopped')
      return {
        state: 'blocking',
        detail: text('it does not run', 'er läuft nicht'),
        fix: text(
          'Start it first: its gate decides again.',
          'Starten Sie ihn zuerst: Die Startsperre entscheidet neu.',
        ),
      };
    if (!primary.isPrimary) return { state: 'ok', detail: place(primary) };
    return {
      state: 'blocking',
      detail: text('it accepts writes', 'er nimmt Schreibzugriffe an'),
      fix: text('There is nothing to open.', 'Es gibt nichts zu öffnen.'),
    };
  },
);

const whyHeld = gate(
  'why-held',
  'primary',
  text('What its start gate decided last', 'Was die Startsperre zuletzt entschied'),
  ({ gate: found }) => {
    const detail = foundGateText(found);
    const held = typeof found !== 'string' && found.last?.decision === 'read-only';
    if (held) return { state: 'ok', detail };
    return {
      state: 'warning',
      detail,
      fix: text(
        'No gate holds it: find out who laid standby.signal.',
        'Keine Startsperre hält ihn: Finden Sie heraus, wer standby.signal gelegt hat.',
      ),
    };
  },
);

const DO_NOT_OPEN = text(
  'Two primaries would diverge: let this server come back as the standby instead.',
  'Zwei Primärserver würden auseinanderlaufen: Lassen Sie diesen Server stattdessen als Standby-Server zurückkommen.',
);

/** One that knows of a newer timeline and is not on it was replaced, whoever can be asked now. */
const isOnNewest = gate(
  'is-on-newest-timeline',
  'primary',
  text('It is on the newest timeline that it knows', 'Er ist auf der neuesten Zeitlinie, die er kennt'),
  ({ primary }) => {
    if (primary.state === 'away') return { state: 'unknown', detail: sameText(primary.detail) };
    const { timeline, newestTimeline } = primary;
    if (newestTimeline === timeline)
      return { state: 'ok', detail: text(`timeline ${timeline}`, `Zeitlinie ${timeline}`) };
    return {
      state: 'blocking',
      detail: text(
        `it is on timeline ${timeline} and knows of ${newestTimeline}: another server was promoted`,
        `er ist auf Zeitlinie ${timeline} und kennt ${newestTimeline}: Ein anderer Server wurde befördert`,
      ),
      fix: DO_NOT_OPEN,
    };
  },
);

/** Asked again right before each start: a person may have promoted the other one since. */
export const partnerIsNotAhead = gate(
  'partner-is-not-ahead',
  'standby',
  text(
    'The other server is no primary and has nothing more',
    'Der andere Server ist kein Primärserver und hat nicht mehr',
  ),
  ({ primary, partner, names }, input) => {
    if (partner.state === 'away') {
      const detail = text(`cannot be looked at: ${partner.detail}`, `nicht einsehbar: ${partner.detail}`);
      return { state: input.partnerUnseen ? 'warning' : 'unknown', detail };
    }
    if (primary.state === 'away')
      return { state: 'unknown', detail: text('nothing to compare with', 'kein Vergleich möglich') };
    if (partner.systemIdentifier !== input.systemIdentifier)
      return {
        state: 'warning',
        detail: text('it is another database system', 'er ist ein anderes Datenbanksystem'),
      };
    return compare(partner, primary, names);
  },
);

/** A node that ended or runs as a primary of no older timeline, or that has more, must not get a rival. */
function compare(partner: Known, primary: NodeFacts, names: OpenObservation['names']): Verdict {
  const [theirs, ours] = [place(partner), place(primary)];
  if (partner.state === 'runs' && partner.isPrimary)
    return {
      state: 'blocking',
      detail: text('it accepts writes', 'er nimmt Schreibzugriffe an'),
      fix: DO_NOT_OPEN,
    };
  const isOlder = partner.timeline < primary.timeline;
  if (partner.isPrimary && !isOlder)
    return { state: 'blocking', detail: wasPrimary(theirs), fix: DO_NOT_OPEN };
  const detail = text(
    `${names.standby}: ${theirs.en}; ${names.primary}: ${ours.en}`,
    `${names.standby}: ${theirs.de}; ${names.primary}: ${ours.de}`,
  );
  if (!hasMore(partner, primary)) return { state: 'ok', detail };
  return {
    state: 'blocking',
    detail,
    fix: text(
      `${names.standby} has more: make it the primary by an emergency failover.`,
      `${names.standby} hat mehr: Machen Sie ihn mit einem Notfall-Failover zum Primärserver.`,
    ),
  };
}

type Known = Exclude<OpenObservation['partner'], { state: 'away' }>;

function hasMore(partner: NodeFacts, primary: NodeFacts): boolean {
  if (partner.newestTimeline > primary.timeline) return true;
  if (partner.timeline < primary.timeline) return false;
  return partner.lsn === null || primary.lsn === null || partner.lsn > primary.lsn;
}

const wasPrimary = (theirs: Text): Text =>
  text(`it was a primary when it ended: ${theirs.en}`, `er war Primärserver, als er endete: ${theirs.de}`);

/** The same for the page and the run. */
export const OPEN_GATES: readonly OpenGate[] = [isHeld, whyHeld, isOnNewest, partnerIsNotAhead];
