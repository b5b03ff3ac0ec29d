'use client';

import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { SelectField } from '#components/ui/select-field.tsx';
import { PasswordField, TextField } from '#components/ui/text-field.tsx';
import type { AdoptDraft } from '#server/domain/setup-draft.ts';
import type { DraftView, ServerView } from '#server/services/services.ts';
import { AddServerLink } from './add-server-link.tsx';
import { InstanceChoices, type InstanceChoice } from './instance-choices.tsx';
import { StepButtons } from './step-buttons.tsx';
import { useSaveStep } from './use-save-step.ts';
import { WizardFrame } from './wizard-frame.tsx';

/** One server of the pair; Tandem finds the other from it. */
export function AdoptServersStep({
  draft,
  data,
  servers,
}: {
  draft: DraftView;
  data: AdoptDraft;
  servers: ServerView[];
}) {
  const t = useTranslations('wizard');
  const { save, busy, error } = useSaveStep(draft, 'servers');
  const [tried, setTried] = useState(false);
  const [other, setOther] = useState(data.standbyServerId ?? '');
  const [role, setRole] = useState(data.givenRole ?? '');
  const [password, setPassword] = useState('');
  const needsPassword = role.trim() !== '' && password === '' && data.givenRoleSecretId === null;
  const [choice, setChoice] = useState<InstanceChoice | null>(
    data.primaryServerId === null || data.primaryDataDirectory === null
      ? null
      : { serverId: data.primaryServerId, place: data.primaryDataDirectory },
  );
  const others = servers.filter((server) => server.id !== choice?.serverId && server.status === 'verified');
  const submit = () => {
    setTried(true);
    if (choice === null || needsPassword) return;
    const standbyServerId = others.some((server) => server.id === other) ? other : null;
    save(
      {
        ...data,
        primaryServerId: choice.serverId,
        primaryDataDirectory: choice.place,
        standbyServerId,
        standbyDataDirectory: standbyServerId === data.standbyServerId ? data.standbyDataDirectory : null,
        givenRole: role.trim() === '' ? null : role.trim(),
      },
      password === '' ? undefined : password,
    );
  };
  return (
    <WizardFrame
      draft={draft}
      servers={servers}
      step="servers"
      title={t('adopt.title')}
      lead={t('adopt.lead')}
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
          legend={t('adopt.one')}
          servers={servers}
          value={choice}
          onChange={setChoice}
          allowStandby
          error={tried && choice === null ? t('adopt.missing') : undefined}
        />
        <AddServerLink draftId={draft.id} />
        <SelectField
          label={t('adopt.other')}
          hint={t('adopt.otherHint')}
          optional
          value={other}
          onChange={(event) => setOther(event.target.value)}
        >
          <option value="">{t('adopt.find')}</option>
          {others.map((server) => (
            <option key={server.id} value={server.id}>
              {server.name}
            </option>
          ))}
        </SelectField>
        <details className="group rounded-lg border border-line bg-surface px-4 py-3">
          <summary className="flex min-h-6 list-none items-center gap-1.5 text-sm font-medium">
            <ChevronDown
              aria-hidden
              size={15}
              className="-rotate-90 transition-transform group-open:rotate-0"
            />
            {t('adopt.role')}
          </summary>
          <div className="mt-4 space-y-4 pb-1">
            <TextField
              label={t('adopt.roleName')}
              hint={t('adopt.roleHint')}
              optional
              autoComplete="off"
              className="font-mono"
              value={role}
              onChange={(event) => setRole(event.target.value)}
            />
            <PasswordField
              label={t('adopt.rolePassword')}
              hint={data.givenRoleSecretId === null ? undefined : t('adopt.rolePasswordStored')}
              optional={role.trim() === ''}
              autoComplete="off"
              error={tried && needsPassword ? t('adopt.rolePasswordMissing') : undefined}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </div>
        </details>
        <StepButtons busy={busy} error={error} />
      </form>
    </WizardFrame>
  );
}
