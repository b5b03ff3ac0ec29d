'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { GateList } from '#components/plan/gate-list.tsx';
import { EndTransactions } from './end-transactions.tsx';
import { PlanOutline } from '#components/plan/plan-outline.tsx';
import { Note } from '#components/status/note.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { Assessment } from '#server/domain/assessment.ts';
import type { Plan } from '#server/domain/plan.ts';
import { ChangeCosts } from './change-costs.tsx';
import type { ChangeNames } from './change-names.ts';
import { DiagnosisCard } from './diagnosis-card.tsx';

export interface ChangeEvidenceProps {
  assessment: Assessment;
  names: ChangeNames;
  nowMs: number | null;
  changed: ReadonlySet<string>;
  limitMs: number | null;
  /** What makes it possible when it is refused. */
  wayOut: ReactNode;
  /** Rejoin: the choice of the way. */
  ways: ReactNode;
}

/** All that the decision rests on, in the order of the questions. */
export function ChangeEvidence(props: ChangeEvidenceProps) {
  const { assessment, names, nowMs } = props;
  const t = useTranslations('change');
  const text = useText();
  const { kind, refusal, diagnosis, warnings, plan } = assessment;
  return (
    <div className="min-w-0 space-y-8">
      {refusal !== null && (
        <Note severity="high" title={t('refused')} actions={props.wayOut}>
          <p className="text-sm">{text(refusal)}</p>
        </Note>
      )}
      {diagnosis !== null && <DiagnosisCard diagnosis={diagnosis} server={names.old} nowMs={nowMs} />}
      <ChangeCosts assessment={assessment} limitMs={props.limitMs} back={names.back} />
      {warnings.length > 0 && (
        <Note
          severity={kind === 'failover' ? 'high' : 'info'}
          title={<h2>{t(kind === 'failover' ? 'warnings' : 'means')}</h2>}
        >
          <ul className="list-disc space-y-1 pl-5 text-sm">
            {warnings.map((warning) => (
              <li key={warning.en}>{text(warning)}</li>
            ))}
          </ul>
        </Note>
      )}
      {props.ways}
      <GateList
        gates={assessment.gates}
        nowMs={nowMs}
        changed={props.changed}
        remedy={(gate) => <EndTransactions pairId={assessment.pairId} gate={gate} />}
      />
      {plan !== null && <PlanSection plan={plan} />}
    </div>
  );
}

function PlanSection({ plan }: { plan: Plan }) {
  const t = useTranslations('change.plan');
  const format = useFormat();
  const facts = [
    plan.expectedMs !== null && t('duration', { time: format.ms(plan.expectedMs) }),
    plan.networkBytes !== null &&
      plan.networkBytes > 0 &&
      t('network', { bytes: format.bytes(plan.networkBytes) }),
  ].filter((fact) => fact !== false);
  return (
    <section aria-labelledby="plan">
      <h2 id="plan" className="mb-3 flex flex-wrap items-baseline gap-x-3 text-base font-semibold">
        {t('title')}
        <span className="text-sm font-normal text-ink-soft tabular-nums">{facts.join(', ')}</span>
      </h2>
      <PlanOutline plan={plan} />
    </section>
  );
}
