'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { Mark } from '#components/status/mark.tsx';
import { Card } from '#components/ui/card.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { placeNameOf } from '#server/domain/instance-location.ts';
import type { ServerFacts } from '#server/domain/server-check.ts';

/** PostgreSQL on the server: also what cannot be operated yet, and why. */
export function InstanceList({ facts }: { facts: ServerFacts }) {
  const t = useTranslations('servers');
  const text = useText();
  const format = useFormat();
  return (
    <section aria-labelledby="instances">
      <h2 id="instances" className="mb-3 text-base font-semibold">
        {t('instancesTitle')}
      </h2>
      {facts.instances.length === 0 ? (
        <p className="text-ink-soft">{t('noInstances')}</p>
      ) : (
        <Card>
          <ul className="divide-y divide-line">
            {facts.instances.map((instance) => (
              <li
                key={`${instance.port}${placeNameOf(instance)}`}
                className="flex flex-wrap items-start gap-x-3 gap-y-1 px-4 py-3"
              >
                <Mark shape={instance.supported ? 'tick' : 'dashed'} className="mt-1 text-ink-soft" />
                <div className="min-w-0 flex-1">
                  <p className="font-medium">
                    {t('instance', { version: instance.majorVersion, port: String(instance.port) })}{' '}
                    <span className="font-normal text-ink-soft">
                      {instance.inRecovery === true && t('standbyInstance')}{' '}
                      {instance.sizeBytes !== null && format.bytes(instance.sizeBytes)}
                    </span>
                  </p>
                  <p className="text-sm text-ink-soft">
                    <code className="break-all">{placeNameOf(instance)}</code>
                    {instance.image !== undefined && ` · ${t('image', { image: instance.image })}`}
                  </p>
                  {instance.reason !== null && <p className="text-sm">{text(instance.reason)}</p>}
                </div>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </section>
  );
}
