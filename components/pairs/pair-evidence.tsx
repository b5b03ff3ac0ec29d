'use client';

import { useTranslations } from 'next-intl';
import { useFormat } from '#components/ui/use-format.ts';
import type { Diagnosis, Evidence } from '#server/domain/pair-sample.ts';
import type { PairView } from '#server/services/services.ts';

const WORDED = [
  'unreachable',
  'receiver-streams',
  'receiver-gone',
  'system-identifiers-differ',
  'both-writable',
  'both-in-recovery',
  'primary-read-only',
  'is-primary',
  'timelines-differ',
  'replay-paused',
  'detached',
  'detached-runs',
  'receiver-not-streaming',
  'lag',
  'slot',
  'host-key-changed',
] as const;
const isWorded = (code: string): code is (typeof WORDED)[number] => WORDED.some((each) => each === code);

/** The facts that the state was concluded from; a healthy pair needs none. */
export function PairEvidence({ pair, diagnosis }: { pair: PairView; diagnosis: Diagnosis }) {
  const t = useTranslations('evidence');
  const values = useEvidenceValues(pair);
  if (diagnosis.severity === 'ok' || diagnosis.evidence.length === 0) return null;
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence" className="mb-2 text-base font-semibold">
        {t('title')}
      </h2>
      <ul className="list-disc space-y-1 pl-5 text-sm">
        {diagnosis.evidence.map((fact) => (
          <li key={`${fact.code}${fact.node ?? ''}`} className="break-words">
            {isWorded(fact.code) ? t(fact.code, values(fact)) : `${fact.code} ${JSON.stringify(fact.values)}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Numbers in the reader's form; what is not known is a dash. */
function useEvidenceValues(pair: PairView): (fact: Evidence) => Record<string, string> {
  const format = useFormat();
  const number = (value: Evidence['values'][string] | undefined) =>
    typeof value === 'number' ? value : null;
  const text = (value: Evidence['values'][string] | undefined) => String(value ?? '–');
  return ({ node, values }) => ({
    server: node === null ? '' : pair[node].serverName,
    primary: pair.primary.serverName,
    standby: pair.standby.serverName,
    detail: text(values['detail']),
    receiver: text(values['receiver']),
    slot: text(values['slot']),
    a: text(values['primaryTimeline'] ?? values['primary']),
    b: text(values['standbyTimeline'] ?? values['standby']),
    bytes: format.bytes(number(values['bytes'])),
    time: format.seconds(number(values['seconds'])),
    at: format.dateTime(number(values['sinceMs']) ?? 0),
    limit: format.seconds(number(values['limit'])),
    age: format.ms(number(values['ageMs'])),
  });
}
