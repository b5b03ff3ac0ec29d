'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { FreshnessMark } from '#components/live/freshness-mark.tsx';
import { useText } from '#components/i18n/use-text.ts';
import { isCurrent, useServerNow } from '#components/live/use-live.ts';
import { SeverityTag } from '#components/status/severity-tag.tsx';
import { Card } from '#components/ui/card.tsx';
import { classNames } from '#components/ui/class-names.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairView } from '#server/services/services.ts';
import { presentReadiness } from './present-readiness.ts';
import { ReadinessTag } from './readiness-tag.tsx';
import { usePairState } from '#components/pair-state/use-pair-state.ts';

/** All pairs by name; values change in place, rows never move under the pointer. */
export function PairList({ pairs }: { pairs: readonly PairView[] }) {
  const t = useTranslations('fleet');
  return (
    <section aria-labelledby="all-pairs">
      <h2 id="all-pairs" className="mb-3 text-base font-semibold">
        {t('all')}
      </h2>
      <Card className="overflow-hidden">
        <div
          aria-hidden
          className="hidden border-b border-line bg-sunken px-4 py-2 text-sm text-ink-soft xl:grid xl:grid-cols-(--pair-columns)"
        >
          <span>{t('columns.name')}</span>
          <span>{t('columns.state')}</span>
          <span>{t('columns.roles')}</span>
          <span>{t('columns.ready')}</span>
          <span className="text-right">{t('columns.notReceived')}</span>
          <span className="text-right">{t('columns.delay')}</span>
          <span className="text-right">{t('columns.wal')}</span>
          <span className="text-right">{t('columns.age')}</span>
        </div>
        <ul className="divide-y divide-line">
          {pairs.map((pair) => (
            <PairRow key={pair.id} pair={pair} />
          ))}
        </ul>
      </Card>
    </section>
  );
}

function PairRow({ pair }: { pair: PairView }) {
  const t = useTranslations('fleet.columns');
  const tEnvironment = useTranslations('environment');
  const format = useFormat();
  const { sample, shown, ageMs, severity } = usePairState(pair);
  const lag = sample?.lag;
  const old = ageMs !== null && !isCurrent(shown);
  return (
    <li className="relative px-4 py-3 hover:bg-sunken/60 xl:grid xl:grid-cols-(--pair-columns) xl:items-center">
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-2 pr-2">
        <Link
          href={`/pairs/${pair.id}`}
          className="font-semibold wrap-anywhere after:absolute after:inset-0 hover:underline"
        >
          {pair.name}
        </Link>
        <span className="text-sm text-ink-soft">{tEnvironment(pair.environment)}</span>
      </div>
      <SeverityTag severity={severity} className="max-xl:my-1" />
      <p className="min-w-0 pr-2 text-sm break-words text-ink-soft">
        {pair.primary.serverName} <span aria-hidden>→</span> {pair.standby.serverName}
      </p>
      <dl
        className={classNames(
          'mt-2 flex flex-wrap gap-x-6 gap-y-1 text-sm xl:contents',
          old && 'max-xl:hatched',
        )}
      >
        <ReadyCell pair={pair} />
        <Cell old={old} name={t('notReceived')} value={format.bytes(lag?.notReceivedBytes ?? null)} />
        <Cell old={old} name={t('delay')} value={format.seconds(lag?.seconds ?? null)} />
        <Cell old={old} name={t('wal')} value={format.rate(lag?.walBytesPerSecond ?? null)} />
        <div className="flex xl:justify-end">
          <dt className="sr-only">{t('age')}</dt>
          <dd>
            <FreshnessMark shown={shown} ageMs={ageMs} />
          </dd>
        </div>
      </dl>
    </li>
  );
}

function ReadyCell({ pair }: { pair: PairView }) {
  const t = useTranslations('fleet.columns');
  const text = useText();
  const { state, reasons } = presentReadiness(pair.readiness, useServerNow());
  const [reason] = reasons;
  return (
    <div className="flex items-center gap-1.5">
      <dt className="text-ink-soft xl:sr-only">{t('ready')}</dt>
      <dd className="flex">
        <ReadinessTag state={state} />
        {reason !== undefined && <span className="sr-only">: {text(reason)}</span>}
      </dd>
    </div>
  );
}

function Cell({ name, value, old }: { name: string; value: string; old: boolean }) {
  return (
    <div className="flex gap-1.5 xl:justify-end xl:text-right">
      <dt className="text-ink-soft xl:sr-only">{name}</dt>
      <dd className={classNames('tabular-nums', old && 'xl:hatched rounded px-1 text-ink-soft')}>{value}</dd>
    </div>
  );
}
