'use client';

import { useTranslations } from 'next-intl';
import { Button } from '#components/ui/button.tsx';
import { routeAddressOf } from './route-address-of.ts';
import type { RouteSighting } from '#server/domain/route-sighting.ts';
import type { RouteView } from '#server/services/services.ts';
import { SightingLine } from './sighting-line.tsx';

export interface RouteItemProps {
  route: RouteView;
  /** Where it leads now; null = not looked at yet. */
  sighting: RouteSighting | null;
  primary: string;
  onEdit: () => void;
  onRemove: () => void;
}

/** One client route: what clients connect to, and who answers there now. */
export function RouteItem({ route, sighting, primary, onEdit, onRemove }: RouteItemProps) {
  const t = useTranslations('routes');
  const { name } = route;
  const facts = [
    t(`kinds.${route.kind}`),
    ...(route.kind === 'pgbouncer'
      ? [t('poolOn', { server: route.serverName ?? '–', databases: route.databases.join(', ') })]
      : []),
    route.login === null ? t('asMonitor') : t('asUser', { user: route.login.user }),
    ...(route.probeServerName === null ? [] : [t('from', { server: route.probeServerName })]),
  ];
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72 space-y-1">
        <p className="font-semibold wrap-anywhere">{name}</p>
        <p className="font-mono text-sm wrap-anywhere">{routeAddressOf(route)}</p>
        <p className="text-sm text-ink-soft">{facts.join(' · ')}</p>
        <div role="status">
          {sighting === null ? (
            <p className="text-sm text-ink-soft">{t('notSeen')}</p>
          ) : (
            <SightingLine sighting={sighting} primary={primary} />
          )}
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button aria-label={t('edit', { name })} onClick={onEdit}>
          {t('change')}
        </Button>
        <Button variant="quiet" aria-label={t('removeOne', { name })} onClick={onRemove}>
          {t('remove')}
        </Button>
      </div>
    </div>
  );
}
