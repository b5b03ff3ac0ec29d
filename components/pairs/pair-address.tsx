'use client';

import { useTranslations } from 'next-intl';
import { CommandBlock } from '#components/ui/command-block.tsx';
import type { PairView } from '#server/services/services.ts';
import { multiHostUri } from '#server/domain/multi-host-uri.ts';

/** One address for applications that stays right when the roles change. */
export function PairAddress({ pair }: { pair: PairView }) {
  const t = useTranslations('pair.address');
  // In an order of its own, so that the text does not change with the roles.
  const nodes = [pair.primary, pair.standby].toSorted((a, b) => a.serverName.localeCompare(b.serverName));
  return (
    <section aria-labelledby="address">
      <h2 id="address" className="mb-1 text-base font-semibold">
        {t('title')}
      </h2>
      <p className="mb-2 max-w-3xl text-sm text-ink-soft">{t('text')}</p>
      <CommandBlock text={multiHostUri(nodes)} label={t('label')} />
    </section>
  );
}
