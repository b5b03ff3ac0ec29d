'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { Mark } from '#components/status/mark.tsx';
import { Card } from '#components/ui/card.tsx';
import { classNames } from '#components/ui/class-names.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { Assessment, Estimate, LossPreview } from '#server/domain/assessment.ts';
import { estimateWords } from './estimate-words.ts';

/** What it costs: how long nobody can write, and what would be gone. */
export function ChangeCosts({
  assessment,
  limitMs,
  back,
}: {
  assessment: Assessment;
  limitMs: number | null;
  back: string;
}) {
  const { outage, loss, kind } = assessment;
  if (outage === null && loss === null) return null;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {outage !== null && <OutageCard assessment={assessment} limitMs={limitMs} />}
      {loss !== null && (
        <LossCard loss={loss} discardedBy={kind === 'rejoin' || kind === 'attach' ? back : null} />
      )}
    </div>
  );
}

function Cost({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card className="px-4 py-3">
      <h2 className="text-sm text-ink-soft">{title}</h2>
      {children}
    </Card>
  );
}

function OutageCard({ assessment, limitMs }: { assessment: Assessment; limitMs: number | null }) {
  const t = useTranslations('change.outage');
  const text = useText();
  const format = useFormat();
  const { outage, kind } = assessment;
  if (outage === null) return null;
  const planned = kind === 'switchover';
  const most = planned ? limitMs : outage.atMostMs;
  return (
    <Cost title={t('title')}>
      <p className="mt-0.5 text-lg font-semibold tabular-nums">
        {t('expected', { time: format.ms(outage.expectedMs) })}
      </p>
      {most !== null && (
        <p className="text-sm">{t(planned ? 'atMost' : 'atMostOnly', { time: format.ms(most) })}</p>
      )}
      <p className="mt-1 text-sm text-ink-soft">{text(outage.basis)}</p>
    </Cost>
  );
}

function LossCard({ loss, discardedBy }: { loss: LossPreview; discardedBy: string | null }) {
  const t = useTranslations('change');
  const text = useText();
  const words = useEstimateText();
  const unknown = loss.bytes.confidence === 'unknown';
  return (
    <Cost title={discardedBy === null ? t('loss.title') : t('discarded.title', { server: discardedBy })}>
      <p
        className={classNames(
          'mt-0.5 flex flex-wrap items-baseline gap-x-2 text-lg font-semibold tabular-nums',
          !loss.guaranteedZero && 'text-high',
        )}
      >
        {!loss.guaranteedZero && <Mark shape={unknown ? 'dashed' : 'triangle'} className="self-center" />}
        {loss.guaranteedZero ? t('loss.none') : words.bytes(loss.bytes)}
        <span className="text-sm font-normal text-ink-soft">
          {loss.guaranteedZero
            ? t('loss.noneWord')
            : !unknown && t(`loss.confidence.${loss.bytes.confidence}`)}
        </span>
      </p>
      <dl className="mt-1.5 grid gap-y-0.5 text-sm tabular-nums">
        <Unit name={t('loss.units.bytes')} estimate={loss.bytes} words={words.bytes} />
        <Unit name={t('loss.units.transactions')} estimate={loss.transactions} words={words.count} />
        <Unit name={t('loss.units.seconds')} estimate={loss.seconds} words={words.seconds} />
      </dl>
      <p className="mt-1.5 text-sm text-ink-soft">{text(loss.basis)}</p>
    </Cost>
  );
}

interface UnitProps {
  name: string;
  estimate: Estimate;
  words: (estimate: Estimate) => string;
}

function Unit({ name, estimate, words }: UnitProps) {
  const t = useTranslations('change.loss.confidence');
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-2">
      <dt className="text-ink-soft">{name}</dt>
      <dd className="min-w-0">
        {words(estimate)}{' '}
        {estimate.confidence !== 'unknown' && <span className="text-ink-soft">{t(estimate.confidence)}</span>}
      </dd>
    </div>
  );
}

function useEstimateText() {
  const t = useTranslations('change.loss');
  const format = useFormat();
  const say = (estimate: Estimate, value: (known: number) => string): string => {
    const words = estimateWords(estimate);
    switch (words.form) {
      case 'unknown':
        return t('unknown');
      case 'range':
        return t('range', { value: value(words.value), most: value(words.most) });
      default:
        return t(words.form, { value: value(words.value) });
    }
  };
  return {
    bytes: (estimate: Estimate) => say(estimate, format.bytes),
    seconds: (estimate: Estimate) => say(estimate, format.seconds),
    count: (estimate: Estimate) => say(estimate, (known) => format.count(Math.round(known))),
  };
}
