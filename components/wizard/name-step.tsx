'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Segmented } from '#components/ui/segmented.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import type { DraftView, ServerView } from '#server/services/services.ts';
import { StepButtons } from './step-buttons.tsx';
import { useSaveStep } from './use-save-step.ts';
import { WizardFrame } from './wizard-frame.tsx';

const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
const LONGEST_NAME = 63;

/** What people call it; production is assumed until somebody says otherwise. */
export function NameStep({ draft, servers }: { draft: DraftView; servers: ServerView[] }) {
  const t = useTranslations('wizard.name');
  const tEnvironment = useTranslations('environment');
  const { save, busy, error } = useSaveStep(draft, 'name');
  const { data } = draft;
  const primary = servers.find((server) => server.id === data.primaryServerId);
  const [name, setName] = useState(data.name ?? primary?.name.split('.')[0] ?? '');
  const [environment, setEnvironment] = useState(data.environment);
  const [tried, setTried] = useState(false);
  const valid = name.trim() !== '' && name.trim().length <= LONGEST_NAME;
  return (
    <WizardFrame draft={draft} servers={servers} step="name" title={t('title')}>
      <form
        noValidate
        className="max-w-2xl space-y-8"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (valid) save({ ...data, name: name.trim(), environment });
        }}
      >
        <div className="max-w-sm">
          <TextField
            label={t('name')}
            hint={t('nameHint')}
            autoComplete="off"
            value={name}
            error={tried && !valid ? t('nameInvalid') : undefined}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <Segmented
          legend={t('environment')}
          value={environment}
          options={ENVIRONMENTS.map((value) => ({ value, label: tEnvironment(value) }))}
          onChange={setEnvironment}
        />
        <StepButtons busy={busy} error={error} />
      </form>
    </WizardFrame>
  );
}
