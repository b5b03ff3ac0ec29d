import type { Assessment } from '#server/domain/assessment.ts';

/** What a person has given so far. */
export interface ChangeForm {
  limit: string;
  sync: 'keep' | 'release';
  reason: string;
  ticks: readonly string[];
  typed: string;
}

export const EMPTY_FORM: ChangeForm = { limit: '30', sync: 'release', reason: '', ticks: [], typed: '' };

const SHORTEST_S = 2;
const LONGEST_S = 3_600;

/** Seconds with a point or a comma as ms; null = not a limit that can be promised. */
export function limitMs(text: string): number | null {
  if (!/^\s*\d+([.,]\d+)?\s*$/.test(text)) return null;
  const seconds = Number(text.trim().replace(',', '.'));
  return seconds < SHORTEST_S || seconds > LONGEST_S ? null : Math.round(seconds * 1_000);
}

/** Why it cannot be started now. Names a message `change.block.<code>`. */
export type StartBlock =
  | {
      code:
        | 'connection-lost'
        | 'look-old'
        | 'refused'
        | 'running'
        | 'way-pending'
        | 'limit'
        | 'reason'
        | 'certificates';
    }
  | { code: 'blocking' | 'unknown' | 'ticks'; count: number }
  | { code: 'word'; word: string };

export interface Circumstances {
  assessment: Assessment;
  form: ChangeForm;
  connectionLost: boolean;
  /** The look is the present. */
  fresh: boolean;
  /** The plan is not the one of the chosen way yet. */
  wayPending: boolean;
  /** Certificates that a person has to give were not found good yet. */
  certificatesMissing: boolean;
}

function staleBlock(now: Pick<Circumstances, 'connectionLost' | 'fresh'>): StartBlock | false {
  if (now.connectionLost) return { code: 'connection-lost' };
  return !now.fresh && { code: 'look-old' };
}

/** All reasons at once, in the order in which a person can mend them; empty = it may start. */
export function startBlocks({ assessment, form, ...now }: Circumstances): StartBlock[] {
  const { gates, confirmation, kind } = assessment;
  // An emergency goes on what is known; its staleness is printed instead.
  const planned = kind !== 'failover';
  const of = (state: 'blocking' | 'unknown') => gates.filter((gate) => gate.state === state).length;
  const unticked = confirmation.ticks.filter(({ code }) => !form.ticks.includes(code)).length;
  const { word } = confirmation;
  const blocks: (StartBlock | false)[] = [
    planned && staleBlock(now),
    assessment.runningOperationId !== null && { code: 'running' },
    (assessment.plan === null || assessment.diagnosis?.advice === 'refused') && { code: 'refused' },
    of('blocking') > 0 && { code: 'blocking', count: of('blocking') },
    of('unknown') > 0 && { code: 'unknown', count: of('unknown') },
    now.wayPending && { code: 'way-pending' },
    now.certificatesMissing && { code: 'certificates' },
    kind === 'switchover' && limitMs(form.limit) === null && { code: 'limit' },
    confirmation.reasonRequired && form.reason.trim() === '' && { code: 'reason' },
    unticked > 0 && { code: 'ticks', count: unticked },
    word !== null && form.typed.trim() !== word.text && { code: 'word', word: word.text },
  ];
  return blocks.filter((block) => block !== false);
}
