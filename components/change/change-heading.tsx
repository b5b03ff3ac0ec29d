'use client';

import { ArrowLeft, ArrowRight } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, type ReactNode } from 'react';
import { RoleBadge } from '#components/ui/role-badge.tsx';
import type { ChangeKind } from '#server/domain/assessment.ts';
import type { PairView } from '#server/services/services.ts';
import type { ChangeNames } from './change-names.ts';

export interface ChangeHeadingProps {
  pair: PairView;
  kind: ChangeKind;
  names: ChangeNames;
  /** Age of the look, and what else may be done. */
  aside: ReactNode;
}

/** What is about to change, who hands over to whom. Focus begins here, never on what acts. */
export function ChangeHeading({ pair, kind, names, aside }: ChangeHeadingProps) {
  const t = useTranslations('change');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4 sm:mb-8">
      <div className="min-w-0">
        <Link
          href={`/pairs/${pair.id}`}
          className="-ml-1 mb-2 inline-flex min-h-6 items-center gap-1.5 rounded px-1 text-sm text-ink-soft hover:text-ink"
        >
          <ArrowLeft aria-hidden size={15} />
          {t('toPair', { pair: pair.name })}
        </Link>
        <h1 ref={heading} tabIndex={-1} className="text-[1.625rem] leading-tight font-semibold wrap-anywhere">
          {t(`title.${kind}`, { pair: pair.name, ...names })}
        </h1>
        <Handover kind={kind} names={names} />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">{aside}</div>
    </header>
  );
}

/** Nobody hands over to anybody: a sentence says what happens. */
const LED = [
  'encrypt',
  'prepare',
  'start-gate',
  'pause-replay',
  'resume-replay',
  'detach',
  'open-primary',
] as const;
const isLed = (kind: ChangeKind): kind is (typeof LED)[number] => LED.some((each) => each === kind);

function Handover({ kind, names }: { kind: ChangeKind; names: ChangeNames }) {
  const t = useTranslations('change');
  if (isLed(kind)) return <p className="mt-3 max-w-3xl text-ink-soft">{t(`lead.${kind}`, { ...names })}</p>;
  const comesBack = kind === 'rejoin' || kind === 'attach';
  const [from, to] = comesBack ? [names.current, names.back] : [names.old, names.new];
  return (
    <p className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <span className="flex flex-wrap items-center gap-x-2">
        <strong className="font-semibold wrap-anywhere">{from}</strong>
        <RoleBadge role="primary" />
        {comesBack && <span className="text-sm text-ink-soft">{t('staysPrimary')}</span>}
      </span>
      <ArrowRight aria-hidden size={18} className="text-ink-soft" />
      <span className="flex flex-wrap items-center gap-x-2">
        <strong className="font-semibold wrap-anywhere">{to}</strong>
        <span className="text-sm text-ink-soft">{t(comesBack ? 'becomesStandby' : 'becomesPrimary')}</span>
      </span>
    </p>
  );
}
