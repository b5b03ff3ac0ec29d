'use client';

import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import { SEVERITY_LOOK } from '#components/status/severity-table.ts';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { HookLook } from '#server/operations/hooks/hooks-gate.ts';
import type { HookView } from '#server/services/services.ts';

export interface HookItemProps {
  hook: HookView;
  /** What the last try saw; null = it was not tried here. */
  look: HookLook | null;
  busy: boolean;
  onTry: () => void;
  onEdit: () => void;
  onRemove: () => void;
}

const SEVERITY = { answers: 'ok', reachable: 'info', fails: 'high' } as const;

/** One hook: what is called, with what consequence, and whether it answered. */
export function HookItem({ hook, look, busy, onTry, onEdit, onRemove }: HookItemProps) {
  const t = useTranslations('hooks');
  const { name, call } = hook;
  const where = call.kind === 'http' ? t('onTandem') : call.serverName;
  const line = call.kind === 'shell' ? call.line : `${call.method} ${call.url}`;
  const facts = [
    call.kind === 'http' ? where : t('on', { server: where, user: call.runAs ?? t('loginUser') }),
    t('atMost', { seconds: hook.timeoutSeconds }),
    hook.veto ? t('withVeto') : t('withoutVeto'),
    ...(hook.repeatable ? [t('mayRepeat')] : []),
    ...(call.kind === 'http' && call.hasToken ? [t('withToken')] : []),
  ];
  return (
    <div className="space-y-2 px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <p className="font-semibold break-words">{name}</p>
          <p className="text-sm text-ink-soft">{facts.join(' · ')}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button busy={busy} aria-label={t('tryOne', { name })} onClick={onTry}>
            {t('try')}
          </Button>
          <Button aria-label={t('edit', { name })} onClick={onEdit}>
            {t('change')}
          </Button>
          <Button variant="quiet" aria-label={t('removeOne', { name })} onClick={onRemove}>
            {t('remove')}
          </Button>
        </div>
      </div>
      <CommandBlock text={line} label={t('callOf', { name })} />
      <div role="status">{look !== null && <Look look={look} />}</div>
    </div>
  );
}

function Look({ look: { check } }: { look: HookLook }) {
  const t = useTranslations('hooks');
  const format = useFormat();
  const severity = SEVERITY_LOOK[SEVERITY[check.state]];
  return (
    <p className={`flex items-start gap-2 text-sm ${severity.ink}`}>
      <Mark shape={severity.shape} className="mt-0.5 shrink-0" />
      <span className="min-w-0 break-words">
        {t(`looks.${check.state}`, { time: format.ms(check.durationMs), detail: check.detail })}
      </span>
    </p>
  );
}
