import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import { gateMaker } from '../gate-maker.ts';
import { primaryWrites } from '../rejoin/gates.ts';
import type { DetachInput } from './input.ts';
import type { DetachObservation } from './look.ts';

type DetachGate = Gate<DetachObservation, DetachInput>;

const gate = gateMaker<DetachObservation, DetachInput, 'old' | 'next'>((on, { names }) => names[on]);

const standbyAnswers = gate(
  'standby-host-answers',
  'old',
  text('The host of the standby answers', 'Der Host des Standby-Servers antwortet'),
  (o, input) => {
    if (o.old !== null) return { state: 'ok', detail: sameText(o.old.state) };
    const detail = sameText(o.oldFailure ?? '');
    if (o.slot?.active === true)
      return {
        state: 'blocking',
        detail: text(`${detail.en}; it still streams`, `${detail.de}; er repliziert noch`),
        fix: text(
          'Only Tandem does not reach it: mend that first. If it is gone, its primary notices after wal_sender_timeout.',
          'Nur Tandem erreicht ihn nicht: Beheben Sie das zuerst. Ist er weg, merkt der Primärserver es nach wal_sender_timeout.',
        ),
      };
    if (input.standbyReachable) return { state: 'blocking', detail };
    return {
      state: 'warning',
      detail,
      fix: text(
        'It is not stopped. Should it come back, it stays read-only and receives nothing: its slot is gone.',
        'Er wird nicht angehalten. Kommt er zurück, bleibt er nur lesend und empfängt nichts: Sein Slot ist weg.',
      ),
    };
  },
);

const staysReadOnly = gate(
  'standby-stays-read-only',
  'old',
  text('Every start of the standby is read-only', 'Jeder Start des Standby-Servers ist nur lesend'),
  (o) => {
    if (o.old?.position?.inRecovery === false)
      return {
        state: 'blocking',
        detail: text('it accepts writes', 'er nimmt Schreibzugriffe an'),
        fix: text(
          'Two primaries: fence one of them first.',
          'Zwei Primärserver: Isolieren Sie zuerst einen.',
        ),
      };
    if (o.old !== null && o.signed === null)
      return {
        state: 'unknown',
        detail: text(
          'standby.signal could not be looked for',
          'nach standby.signal konnte nicht gesehen werden',
        ),
      };
    if (o.signed === false)
      return {
        state: 'blocking',
        detail: text('standby.signal is missing', 'standby.signal fehlt'),
        fix: text('It would come up writable.', 'Er käme schreibbar hoch.'),
      };
    return { state: 'ok', detail: sameText(o.signed === null ? '-' : 'standby.signal') };
  },
);

const slotIsOurs = gate(
  'slot',
  'next',
  text('What its slot holds back', 'Was sein Slot zurückhält'),
  ({ slot }, input) => {
    if (slot === null)
      return {
        state: 'ok',
        detail: text(`there is no slot ${input.slotName}`, `es gibt keinen Slot ${input.slotName}`),
      };
    if (slot.retainedBytes === null) return { state: 'ok', detail: sameText(slot.name) };
    const held = bytesText(slot.retainedBytes);
    return { state: 'ok', detail: text(`${slot.name}: ${held.en}`, `${slot.name}: ${held.de}`) };
  },
);

const commitsGoOn = gate(
  'commits-go-on',
  'next',
  text('Commits go on alone', 'Commits laufen allein weiter'),
  ({ syncNames }, input) => {
    if (syncNames !== (input.syncNames ?? ''))
      return {
        state: 'blocking',
        detail: sameText(`synchronous_standby_names = ${syncNames ?? '?'}`),
        fix: text('Look at the page anew.', 'Öffnen Sie die Seite neu.'),
      };
    if (input.syncNames === null)
      return { state: 'ok', detail: text('they wait for nobody', 'sie warten auf niemanden') };
    return {
      state: 'warning',
      detail: sameText(`synchronous_standby_names = ${input.syncNames}`),
      fix: text(
        'It is emptied first, so that no commit hangs: from then on a commit is on one server only.',
        'Es wird zuerst geleert, damit kein Commit hängt: Von da an liegt ein Commit nur auf einem Server.',
      ),
    };
  },
);

/** The same for the page and the run. */
export const DETACH_GATES: readonly DetachGate[] = [
  primaryWrites,
  standbyAnswers,
  staysReadOnly,
  slotIsOurs,
  commitsGoOn,
];
