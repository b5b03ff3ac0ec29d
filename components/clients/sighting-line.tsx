import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import { SEVERITY_LOOK } from '#components/status/severity-table.ts';
import { sightingText, type RouteSighting } from '#server/domain/route-sighting.ts';
import { useText } from '#components/i18n/use-text.ts';
import type { Severity } from '#server/domain/pair-sample.ts';

/** Where a route leads, as it was seen; `primary` = the server that clients should reach. */
export function SightingLine({ sighting, primary }: { sighting: RouteSighting; primary: string }) {
  const t = useTranslations('routes');
  const text = useText();
  const look = SEVERITY_LOOK[severityOf(sighting, primary)];
  return (
    <p className={`flex items-start gap-2 text-sm ${look.ink}`}>
      <Mark shape={look.shape} className="mt-0.5" />
      <span className="min-w-0 wrap-anywhere">
        {text(sightingText(sighting))}
        {sighting.ttlSeconds !== null && ` · ${t('ttl', { seconds: sighting.ttlSeconds })}`}
      </span>
    </p>
  );
}

function severityOf(s: RouteSighting, primary: string): Severity {
  if (s.state === 'unproven') return 'unknown';
  if (s.state === 'node' && s.serverName === primary && s.acceptsWrites === true) return 'ok';
  return 'high';
}
