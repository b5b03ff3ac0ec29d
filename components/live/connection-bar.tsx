'use client';

import { WifiOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useFormat } from '#components/ui/use-format.ts';
import { useLiveStatus } from './use-live.ts';
import { useNow } from './use-now.ts';

const PROXY_HINT_AFTER_MS = 30_000;

/** Stays on top while the browser has lost the server, and says since when the values are frozen. */
export function ConnectionBar() {
  const t = useTranslations('connection');
  const { connection, lostAtMs } = useLiveStatus();
  const now = useNow();
  const format = useFormat();
  const lost = connection === 'lost' && lostAtMs !== null;
  return (
    <div role="alert">
      {lost && (
        <div className="border-b border-high/50 bg-high-wash">
          <div className="page flex items-start gap-3 py-2.5 text-sm">
            <WifiOff aria-hidden size={17} className="mt-0.5 shrink-0 text-high" />
            <p>
              <strong className="font-semibold">{t('lost', { time: format.clock(lostAtMs) })}</strong>{' '}
              {t('frozen')}
              {now !== null && now - lostAtMs > PROXY_HINT_AFTER_MS && (
                <span className="block">{t('proxyHint')}</span>
              )}
            </p>
          </div>
        </div>
      )}
    </div>
  );
}
