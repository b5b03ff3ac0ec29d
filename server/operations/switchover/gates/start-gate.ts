import { foundGateText, GATE_VERSION } from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import { gateOnBoth, ok, warning } from './gate.ts';

const WANTED = text(
  'They were asked for and are not laid yet: after the change a returning old primary is held back by its fence alone. Lay them first.',
  'Sie wurden gewünscht und sind noch nicht gelegt: Nach dem Wechsel hält einen zurückkehrenden alten Primärserver allein seine Sperre auf. Legen Sie sie zuerst.',
);
const LAY = text(
  'Lay the start gates of this pair anew.',
  'Legen Sie die Startsperren dieses Serverpaars neu.',
);

/** A gate on one node alone, or an old one, would decide otherwise than the plan said. None at all is a choice, unless one was wanted. */
export const startGatesAgree = gateOnBoth(
  'start-gates',
  null,
  text('Start gates of both servers agree', 'Die Startsperren beider Server stimmen überein'),
  ({ old, next, o, input }) => {
    const [a, b] = [old.startGate, next.startGate];
    const [wa, wb] = [foundGateText(a), foundGateText(b)];
    const detail = text(
      `${o.names.oldPrimary}: ${wa.en}; ${o.names.newPrimary}: ${wb.en}`,
      `${o.names.oldPrimary}: ${wa.de}; ${o.names.newPrimary}: ${wb.de}`,
    );
    const laid = [a, b].filter((each) => typeof each !== 'string');
    if (laid.length === 0) return input.gateWish === null ? ok(detail) : warning(detail, WANTED);
    const [first, second] = laid;
    const agree =
      first !== undefined &&
      second !== undefined &&
      first.policy === second.policy &&
      laid.every((each) => each.version === GATE_VERSION);
    return agree ? ok(detail) : warning(detail, LAY);
  },
);
