'use client';

import { useTranslations } from 'next-intl';
import { useFormat } from '#components/ui/use-format.ts';
import { placeNameOf } from '#server/domain/instance-location.ts';
import type { DraftView, ServerView } from '#server/services/services.ts';

/** The answers so far; grows with every page. */
export function DraftSummary({ draft, servers }: { draft: DraftView; servers: readonly ServerView[] }) {
  const t = useTranslations('wizard.summary');
  const tMode = useTranslations('mode');
  const tGate = useTranslations('wizard.gate');
  const tEnvironment = useTranslations('environment');
  const format = useFormat();
  const { data } = draft;
  const server = (id: string | null) => servers.find((each) => each.id === id);
  const primary = server(data.primaryServerId);
  const standby = server(data.standbyServerId);
  const instance = primary?.facts?.instances.find((each) => placeNameOf(each) === data.primaryDataDirectory);
  const rows: [string, string | null | undefined, string | null][] = [
    [
      t('primary'),
      primary?.name,
      instance === undefined
        ? null
        : t('version', { version: instance.majorVersion, size: format.bytes(instance.sizeBytes) }),
    ],
    [t('standby'), standby?.name, data.standbyDataDirectory],
    ...(data.kind === 'new-standby' ? [[t('mode'), tMode(data.mode), null] as [string, string, null]] : []),
    [t('gate'), data.startGate === 'none' ? t('gateNone') : tGate(data.startGate), null],
    [t('name'), data.name, data.name === null ? null : tEnvironment(data.environment)],
  ];
  return (
    <aside aria-label={t('title')} className="lg:sticky lg:top-24 lg:self-start">
      <div className="rounded-lg border border-line bg-surface p-4 shadow-card">
        <h2 className="text-sm font-semibold">{t('title')}</h2>
        <dl className="mt-3 space-y-3 text-sm">
          {rows.map(([name, value, detail]) => (
            <div key={name}>
              <dt className="text-ink-soft">{name}</dt>
              <dd
                className={
                  value === null || value === undefined ? 'text-ink-soft' : 'font-medium break-words'
                }
              >
                {value ?? t('open')}
                {detail !== null && value !== undefined && value !== null && (
                  <span className="block font-normal break-all text-ink-soft">{detail}</span>
                )}
              </dd>
            </div>
          ))}
        </dl>
        <p className="mt-4 border-t border-line pt-3 text-sm text-ink-soft">{t('nothingYet')}</p>
      </div>
    </aside>
  );
}
