import type { Text } from '#server/domain/plan.ts';
import { GATE_VERSION } from '#server/domain/start-gate.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { RunningLook } from '../../change/look.ts';
import { gateOnBoth, ok, warning } from './gate.ts';

type Found = RunningLook['startGate'];

const LAY = text(
  'Lay the start gates of this pair anew.',
  'Legen Sie die Startsperren dieses Serverpaars neu.',
);

function wordsOf(found: Found): Text {
  if (found === 'not-here') return text('not possible here', 'hier nicht möglich');
  if (found === 'none') return text('none', 'keine');
  if (found === 'unknown') return text('could not be looked at', 'nicht einsehbar');
  const last = found.last === null ? '' : `, ${found.last.decision}: ${found.last.reason}`;
  return sameText(`version ${found.version}, ${found.policy}${last}`);
}

/** A gate on one node alone, or an old one, would decide otherwise than the plan said. None at all is a choice. */
export const startGatesAgree = gateOnBoth(
  'start-gates',
  null,
  text('Start gates of both servers agree', 'Die Startsperren beider Server stimmen überein'),
  ({ old, next, o }) => {
    const [a, b] = [old.startGate, next.startGate];
    const [wa, wb] = [wordsOf(a), wordsOf(b)];
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
