'use client';

import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { Mark } from '#components/status/mark.tsx';
import type { MarkShape } from '#components/status/severity-table.ts';
import { Card } from '#components/ui/card.tsx';
import type { GateResult } from '#server/domain/plan.ts';

const LOOK = {
  blocking: { shape: 'octagon', ink: 'text-critical' },
  unknown: { shape: 'dashed', ink: 'text-ink-soft' },
  warning: { shape: 'diamond', ink: 'text-medium' },
  ok: { shape: 'tick', ink: 'text-ink-soft' },
} as const satisfies Record<GateResult['state'], { shape: MarkShape; ink: string }>;

const ORDER = ['blocking', 'unknown', 'warning', 'ok'] as const satisfies readonly GateResult['state'][];

/** The conditions with what was seen; those that stand in the way come first. */
export function GateList({ gates }: { gates: readonly GateResult[] }) {
  const t = useTranslations('wizard.gates');
  if (gates.length === 0) return null;
  const count = (state: GateResult['state']) => gates.filter((gate) => gate.state === state).length;
  const notable = ORDER.filter((state) => state !== 'ok').flatMap((state) =>
    gates.filter((gate) => gate.state === state),
  );
  const fine = gates.filter((gate) => gate.state === 'ok');
  return (
    <section aria-labelledby="gates">
      <h2 id="gates" className="mb-3 flex flex-wrap items-baseline gap-x-3 text-base font-semibold">
        {t('title')}
        <span className="text-sm font-normal text-ink-soft">
          {t('counts', {
            ok: count('ok'),
            warning: count('warning') + count('unknown'),
            blocking: count('blocking'),
          })}
        </span>
      </h2>
      <Card>
        {notable.length > 0 && <Gates gates={notable} />}
        {fine.length > 0 && (
          <details className={notable.length > 0 ? 'group border-t border-line' : 'group'}>
            <summary className="flex min-h-11 list-none items-center gap-2 px-4 text-sm text-ink-soft hover:text-ink">
              <ChevronDown
                aria-hidden
                size={15}
                className="-rotate-90 transition-transform group-open:rotate-0"
              />
              {t('fine', { count: fine.length })}
            </summary>
            <Gates gates={fine} />
          </details>
        )}
      </Card>
    </section>
  );
}

function Gates({ gates }: { gates: readonly GateResult[] }) {
  const t = useTranslations('wizard.gates');
  const text = useText();
  return (
    <ul className="divide-y divide-line">
      {gates.map((gate) => (
        <li key={`${gate.code}${gate.server ?? ''}`} className="flex gap-3 px-4 py-2.5">
          <Mark shape={LOOK[gate.state].shape} className={`mt-1 ${LOOK[gate.state].ink}`} />
          <div className="min-w-0 text-sm">
            <p>
              <span className="font-medium">{text(gate.title)}</span>{' '}
              <span className={LOOK[gate.state].ink}>{t(`state.${gate.state}`)}</span>{' '}
              {gate.server !== null && <span className="text-ink-soft">{gate.server}</span>}
            </p>
            <p className="break-words text-ink-soft">{text(gate.detail)}</p>
            {gate.fix !== null && gate.state !== 'ok' && <p>{text(gate.fix)}</p>}
          </div>
        </li>
      ))}
    </ul>
  );
}
