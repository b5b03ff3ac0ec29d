import { foundGateText, GATE_VERSION } from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import { gateOnBoth, ok, warning } from './gate.ts';

const LAY = text(
  'Lay the start gates of this pair anew.',
  'Legen Sie die Startsperren dieses Serverpaars neu.',
);

/** A gate on one node alone, or an old one, would decide otherwise than the plan said. None at all is a choice. */
export const startGatesAgree = gateOnBoth(
  'start-gates',
  null,
  text('Start gates of both servers agree', 'Die Startsperren beider Server stimmen überein'),
  ({ old, next, o }) => {
    const [a, b] = [old.startGate, next.startGate];
    const [wa, wb] = [foundGateText(a), foundGateText(b)];
    const detail = text(
      `${o.names.oldPrimary}: ${wa.en}; ${o.names.newPrimary}: ${wb.en}`,
      `${o.names.oldPrimary}: ${wa.de}; ${o.names.newPrimary}: ${wb.de}`,
    );
    const laid = [a, b].filter((each) => typeof each !== 'string');
    if (laid.length === 0) return ok(detail);
    const [first, second] = laid;
    const agree =
      first !== undefined &&
      second !== undefined &&
      first.policy === second.policy &&
      laid.every((each) => each.version === GATE_VERSION);
    return agree ? ok(detail) : warning(detail, LAY);
  },
);
