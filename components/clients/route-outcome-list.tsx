import { useTranslations } from 'next-intl';
import { arrivesAt, type RouteOutcome } from '#server/domain/route-sighting.ts';
import { SightingLine } from './sighting-line.tsx';

/** Where clients arrived behind a change of roles, route by route. */
export function RouteOutcomeList({ outcome }: { outcome: RouteOutcome }) {
  const t = useTranslations('routes');
  const { newPrimary, routes } = outcome;
  const there = routes.filter((s) => arrivesAt(s, newPrimary)).length;
  return (
    <div className="space-y-1.5 text-sm text-ink">
      <p>{t('arrived', { there, all: routes.length, server: newPrimary })}</p>
      <ul className="space-y-1" aria-label={t('outcome')}>
        {routes.map((sighting) => (
          <li key={sighting.routeId} className="flex flex-wrap gap-x-3">
            <span className="font-semibold wrap-anywhere">{sighting.name}</span>
            <SightingLine sighting={sighting} primary={newPrimary} />
          </li>
        ))}
      </ul>
    </div>
  );
}
