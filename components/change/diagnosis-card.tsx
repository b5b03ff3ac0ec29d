'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { Mark } from '#components/status/mark.tsx';
import type { MarkShape } from '#components/status/severity-table.ts';
import { Card } from '#components/ui/card.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { FailureDiagnosis, Witness } from '#server/domain/assessment.ts';

const ADVICE = {
  promote: { shape: 'info', ink: 'text-info' },
  'advised-against': { shape: 'triangle', ink: 'text-high' },
  refused: { shape: 'octagon', ink: 'text-critical' },
} as const satisfies Record<FailureDiagnosis['advice'], { shape: MarkShape; ink: string }>;

const VERDICT = {
  good: { shape: 'tick', ink: 'text-ink-soft' },
  bad: { shape: 'triangle', ink: 'text-high' },
  unknown: { shape: 'dashed', ink: 'text-ink-soft' },
} as const satisfies Record<Witness['verdict'], { shape: MarkShape; ink: string }>;

export interface DiagnosisCardProps {
  diagnosis: FailureDiagnosis;
  server: string;
  nowMs: number | null;
}

/** Why the primary does not answer, and who says so. */
export function DiagnosisCard({ diagnosis, server, nowMs }: DiagnosisCardProps) {
  const t = useTranslations('change.diagnosis');
  const text = useText();
  const look = ADVICE[diagnosis.advice];
  return (
    <section aria-labelledby="diagnosis">
      <h2 id="diagnosis" className="mb-3 text-base font-semibold">
        {t('title', { server })}
      </h2>
      <Card>
        <div className="flex gap-3 px-4 py-3">
          <Mark shape={look.shape} size={20} className={`mt-0.5 ${look.ink}`} />
          <div className="min-w-0">
            <p className="text-base font-semibold">{t(`class.${diagnosis.class}`, { server })}</p>
            <p>
              <strong className={`font-medium ${look.ink}`}>{t(`advice.${diagnosis.advice}`)}</strong>{' '}
              {text(diagnosis.reason)}
            </p>
          </div>
        </div>
        <ul className="divide-y divide-line border-t border-line">
          {diagnosis.witnesses.map((witness) => (
            <WitnessRow key={witness.name} witness={witness} nowMs={nowMs} />
          ))}
        </ul>
      </Card>
    </section>
  );
}

function WitnessRow({ witness, nowMs }: { witness: Witness; nowMs: number | null }) {
  const t = useTranslations('change.diagnosis');
  const tGates = useTranslations('plan.gates');
  const text = useText();
  const format = useFormat();
  const look = VERDICT[witness.verdict];
  const age = nowMs === null ? null : Math.max(0, Math.round((nowMs - witness.atMs) / 1_000));
  return (
    <li className="flex gap-3 px-4 py-2 text-sm">
      <Mark shape={look.shape} className={`mt-0.5 ${look.ink}`} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline justify-between gap-x-4">
          <p>
            <span className="font-medium">{t(`witness.${witness.name}`)}</span>{' '}
            <span className={look.ink}>{t(`verdict.${witness.verdict}`)}</span>
          </p>
          {age !== null && (
            <span className="shrink-0 text-ink-soft tabular-nums">
              {tGates('measured', { age: format.seconds(age) })}
            </span>
          )}
        </div>
        <p className="break-words text-ink-soft">{text(witness.detail)}</p>
      </div>
    </li>
  );
}
