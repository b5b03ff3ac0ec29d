'use client';

import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { placeNameOf } from '#server/domain/instance-location.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import type { DraftView, ServerView } from '#server/services/services.ts';
import { AddServerLink } from './add-server-link.tsx';
import { InstanceChoices, type InstanceChoice } from './instance-choices.tsx';
import { StepButtons } from './step-buttons.tsx';
import { useSaveStep } from './use-save-step.ts';
import { WizardFrame } from './wizard-frame.tsx';

interface StepProps {
  draft: DraftView;
  data: NewStandbyDraft;
  servers: ServerView[];
}

/** What is on the chosen server already. */
const PLACES_ID = 'places-of-standby';

const isPath = (text: string) => /^\/[^\0\n]*$/.test(text);
const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** Which running server, and where its standby shall live. */
export function StandbyServersStep({ draft, data, servers }: StepProps) {
  const t = useTranslations('wizard');
  const answers = useAnswers(data, servers);
  const { save, busy, error } = useSaveStep(draft, 'servers');
  const [tried, setTried] = useState(false);
  const { primary, standbyServerId, directory, port } = answers;
  const submit = () => {
    setTried(true);
    if (primary === null || standbyServerId === null || !isPath(directory) || !isPort(port)) return;
    save({
      ...data,
      primaryServerId: primary.serverId,
      primaryDataDirectory: primary.place,
      standbyServerId,
      standbyDataDirectory: directory,
      standbyPort: Number(port),
    });
  };
  return (
    <WizardFrame
      draft={draft}
      servers={servers}
      step="servers"
      title={t('servers.title')}
      lead={t('servers.lead')}
    >
      <form
        noValidate
        className="max-w-2xl space-y-8"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <InstanceChoices
          legend={t('servers.primary')}
          servers={servers}
          value={primary}
          onChange={answers.setPrimary}
          allowStandby={false}
          error={tried && primary === null ? t('servers.primaryMissing') : undefined}
        />
        <StandbyChoices
          servers={servers}
          without={primary?.serverId ?? null}
          value={standbyServerId}
          onChange={answers.setStandby}
          error={tried && standbyServerId === null ? t('servers.standbyMissing') : undefined}
        />
        <AddServerLink draftId={draft.id} />
        {primary !== null && (
          <details
            className="group rounded-lg border border-line bg-surface px-4 py-3"
            open={tried && (!isPath(directory) || !isPort(port))}
          >
            <summary className="flex min-h-6 list-none flex-wrap items-center gap-1.5 text-sm font-medium">
              <ChevronDown
                aria-hidden
                size={15}
                className="-rotate-90 transition-transform group-open:rotate-0"
              />
              {t('servers.where')}
              <span className="font-normal break-all text-ink-soft">
                {directory}, {t('port', { port })}
              </span>
            </summary>
            <div className="mt-4 grid gap-5 pb-1 sm:grid-cols-[1fr_7rem]">
              <TextField
                label={t('servers.directory')}
                className="font-mono"
                value={directory}
                list={PLACES_ID}
                hint={t('servers.directoryHint')}
                error={tried && !isPath(directory) ? t('servers.directoryInvalid') : undefined}
                onChange={(event) => answers.setDirectory(event.target.value)}
              />
              <datalist id={PLACES_ID}>
                {(servers.find(({ id }) => id === standbyServerId)?.facts?.instances ?? []).map(
                  (instance) => (
                    <option key={placeNameOf(instance)} value={placeNameOf(instance)} />
                  ),
                )}
              </datalist>
              <TextField
                label={t('servers.port')}
                inputMode="numeric"
                value={port}
                error={tried && !isPort(port) ? t('servers.portInvalid') : undefined}
                onChange={(event) => answers.setPort(event.target.value)}
              />
            </div>
          </details>
        )}
        <StepButtons busy={busy} error={error} />
      </form>
    </WizardFrame>
  );
}

/** Directory and port follow the chosen primary until the person writes there. */
function useAnswers(data: NewStandbyDraft, servers: readonly ServerView[]) {
  const [primary, choosePrimary] = useState<InstanceChoice | null>(
    data.primaryServerId === null || data.primaryDataDirectory === null
      ? null
      : { serverId: data.primaryServerId, place: data.primaryDataDirectory },
  );
  const [standby, setStandby] = useState(data.standbyServerId);
  const [ownDirectory, setDirectory] = useState(data.standbyDataDirectory);
  const [ownPort, setPort] = useState(data.standbyPort === null ? null : String(data.standbyPort));
  const instance = servers
    .find((server) => server.id === primary?.serverId)
    ?.facts?.instances.find((each) => placeNameOf(each) === primary?.place);
  return {
    primary,
    setPrimary: choosePrimary,
    standbyServerId: standby === primary?.serverId ? null : standby,
    setStandby,
    directory: ownDirectory ?? instance?.dataDirectory ?? '',
    setDirectory,
    port: ownPort ?? String(instance?.port ?? 5432),
    setPort,
  };
}

interface StandbyChoicesProps {
  servers: readonly ServerView[];
  without: string | null;
  value: string | null;
  onChange: (serverId: string) => void;
  error: string | undefined;
}

function StandbyChoices({ servers, without, value, onChange, error }: StandbyChoicesProps) {
  const t = useTranslations('wizard');
  const format = useFormat();
  const free = (server: ServerView) => {
    const most = Math.max(0, ...(server.facts?.disks ?? []).map((disk) => disk.freeBytes));
    return server.facts === null ? null : t('servers.free', { bytes: format.bytes(most) });
  };
  return (
    <fieldset>
      <legend className="mb-2 text-base font-semibold">{t('servers.standby')}</legend>
      {error !== undefined && <p className="mb-2 text-sm text-critical">{error}</p>}
      <div className="grid gap-2">
        {servers
          .filter((server) => server.id !== without)
          .map((server) => {
            const reason = server.status === 'verified' ? null : t('notVerified');
            return (
              <ChoiceCard
                key={server.id}
                name="standby"
                value={server.id}
                title={server.name}
                text={
                  <>
                    {server.host}
                    {free(server) !== null && ` · ${free(server)}`}
                    {reason !== null && <span className="block font-medium">{reason}</span>}
                  </>
                }
                disabled={reason !== null}
                checked={value === server.id}
                onChange={() => onChange(server.id)}
              />
            );
          })}
      </div>
    </fieldset>
  );
}
