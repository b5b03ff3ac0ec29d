'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { placeNameOf } from '#server/domain/instance-location.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import type { ServerView } from '#server/services/services.ts';

export interface InstanceChoice {
  serverId: string;
  /** See placeNameOf. */
  place: string;
}

export interface InstanceChoicesProps {
  legend: string;
  servers: readonly ServerView[];
  value: InstanceChoice | null;
  onChange: (choice: InstanceChoice) => void;
  /** Adopting may begin from the standby; a new standby needs a primary. */
  allowStandby: boolean;
  error: string | undefined;
}

/** PostgreSQL instances of all servers; what cannot be chosen is shown with the reason. */
export function InstanceChoices(props: InstanceChoicesProps) {
  const t = useTranslations('wizard');
  const found = props.servers.flatMap((server) =>
    (server.facts?.instances ?? []).map((instance) => ({ server, instance })),
  );
  return (
    <fieldset aria-describedby={props.error === undefined ? undefined : 'instance-error'}>
      <legend className="mb-2 text-base font-semibold">{props.legend}</legend>
      {props.error !== undefined && (
        <p id="instance-error" className="mb-2 text-sm text-critical">
          {props.error}
        </p>
      )}
      {found.length === 0 && <p className="text-ink-soft">{t('noInstances')}</p>}
      <div className="grid gap-2">
        {found.map(({ server, instance }) => (
          <Choice
            key={`${server.id} ${placeNameOf(instance)}`}
            {...props}
            server={server}
            instance={instance}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Choice(props: InstanceChoicesProps & { server: ServerView; instance: FoundInstance }) {
  const t = useTranslations('wizard');
  const text = useText();
  const format = useFormat();
  const { server, instance, value, allowStandby } = props;
  const reason = !instance.supported
    ? (instance.reason && text(instance.reason)) || t('notSupported')
    : instance.inRecovery === true && !allowStandby
      ? t('isStandby')
      : server.status !== 'verified'
        ? t('notVerified')
        : null;
  const facts = [
    t('version', { version: instance.majorVersion }),
    t('port', { port: String(instance.port) }),
    instance.sizeBytes === null ? null : format.bytes(instance.sizeBytes),
  ].filter((fact) => fact !== null);
  return (
    <ChoiceCard
      name="instance"
      value={`${server.id} ${placeNameOf(instance)}`}
      title={server.name}
      text={
        <>
          {facts.join(' · ')}
          <code className="block break-all">{placeNameOf(instance)}</code>
          {reason !== null && <span className="block font-medium">{reason}</span>}
        </>
      }
      disabled={reason !== null}
      checked={value?.serverId === server.id && value.place === placeNameOf(instance)}
      onChange={() => props.onChange({ serverId: server.id, place: placeNameOf(instance) })}
    />
  );
}
