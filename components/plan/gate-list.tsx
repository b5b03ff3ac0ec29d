'use client';

import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { Mark } from '#components/status/mark.tsx';
import type { MarkShape } from '#components/status/severity-table.ts';
import { Card } from '#components/ui/card.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { GateResult } from '#server/domain/plan.ts';

const LOOK = {
  blocking: { shape: 'octagon', ink: 'text-critical' },
  unknown: { shape: 'dashed', ink: 'text-ink-soft' },
  warning: { shape: 'diamond', ink: 'text-medium' },
  ok: { shape: 'tick', ink: 'text-ink-soft' },
} as const satisfies Record<GateResult['state'], { shape: MarkShape; ink: string }>;

const ORDER = ['blocking', 'unknown', 'warning', 'ok'] as const satisfies readonly GateResult['state'][];

/** What tells one gate's rows on two servers apart. */
export const gateKey = (gate: Pick<GateResult, 'code' | 'server'>): string =>
  `${gate.code} ${gate.server ?? ''}`;

export interface GateListProps {
  gates: readonly GateResult[];
  /** The server's present: each gate then says how old it is. */
  nowMs?: number | null;
  /** Keys of gates that changed a moment ago. */
  changed?: ReadonlySet<string>;
  /** What can be done about a gate right here. */
  remedy?: (gate: GateResult) => ReactNode;
  /** Id of the heading, and its words; a page that shows two lists names them apart. */
  heading?: { id: string; title: string };
}

/** The conditions with what was seen; those that stand in the way come first. */
export function GateList({
  gates,
  nowMs = null,
  changed = NONE,
  remedy = NO_REMEDY,
  heading,
}: GateListProps) {
  const t = useTranslations('plan.gates');
  const id = heading?.id ?? 'gates';
  if (gates.length === 0) return null;
  const count = (state: GateResult['state']) => gates.filter((gate) => gate.state === state).length;
  const notable = ORDER.filter((state) => state !== 'ok').flatMap((state) =>
    gates.filter((gate) => gate.state === state),
  );
  const fine = gates.filter((gate) => gate.state === 'ok');
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-3 flex flex-wrap items-baseline gap-x-3 text-base font-semibold">
        {heading?.title ?? t('title')}
        <span className="text-sm font-normal text-ink-soft">
          {t('counts', {
            ok: count('ok'),
            warning: count('warning') + count('unknown'),
            blocking: count('blocking'),
          })}
        </span>
      </h2>
      <Card>
        {notable.length > 0 && <Gates gates={notable} nowMs={nowMs} changed={changed} remedy={remedy} />}
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
            <Gates gates={fine} nowMs={nowMs} changed={changed} remedy={NO_REMEDY} />
          </details>
        )}
      </Card>
    </section>
  );
}

const NONE: ReadonlySet<string> = new Set();
const NO_REMEDY = (): ReactNode => null;

function Gates({ gates, nowMs, changed, remedy }: Required<Omit<GateListProps, 'heading'>>) {
  return (
    <ul className="divide-y divide-line">
      {gates.map((gate) => (
        <Gate key={gateKey(gate)} gate={gate} nowMs={nowMs} changed={changed.has(gateKey(gate))}>
          {remedy(gate)}
        </Gate>
      ))}
    </ul>
  );
}

function Gate(props: { gate: GateResult; nowMs: number | null; changed: boolean; children: ReactNode }) {
  const { gate, nowMs, changed } = props;
  const t = useTranslations('plan.gates');
  const text = useText();
  const format = useFormat();
  const look = LOOK[gate.state];
  return (
    <li className="flex gap-3 px-4 py-2.5" data-testid={`gate-${gate.code}`} data-state={gate.state}>
      <Mark shape={look.shape} className={`mt-1 ${look.ink}`} />
      <div className="min-w-0 flex-1 text-sm">
        <div className="flex items-baseline justify-between gap-x-4">
          <p>
            <span className="font-medium">{text(gate.title)}</span>{' '}
            <span className={look.ink}>{t(`state.${gate.state}`)}</span>{' '}
            {gate.server !== null && <span className="text-ink-soft">{gate.server}</span>}{' '}
            {changed && (
              <span className="rounded border border-line-strong px-1 text-xs font-medium">
                {t('changed')}
              </span>
            )}
          </p>
          {nowMs !== null && (
            <span className="shrink-0 text-ink-soft tabular-nums">
              {t('measured', { age: format.seconds(ageSeconds(gate, nowMs)) })}
            </span>
          )}
        </div>
        <p className="break-words text-ink-soft">{text(gate.detail)}</p>
        {gate.fix !== null && gate.state !== 'ok' && <p>{text(gate.fix)}</p>}
        {props.children}
      </div>
    </li>
  );
}

const ageSeconds = (gate: GateResult, nowMs: number): number =>
  Math.max(0, Math.round((nowMs - gate.measuredAtMs) / 1_000));
