'use client';

import { useTranslations } from 'next-intl';
import { useWatch, type UseFormReturn } from 'react-hook-form';
import { PasswordField, TextArea } from '#components/ui/text-field.tsx';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import type { NewServerForm } from './new-server-schema.ts';

/** Tandem's own key, or one that the person brings. */
export function CredentialFields({ form }: { form: UseFormReturn<NewServerForm> }) {
  const t = useTranslations('servers.new');
  const kind = useWatch({ control: form.control, name: 'credentialKind' });
  const { errors } = form.formState;
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">{t('credential')}</legend>
      <div className="grid gap-2">
        <ChoiceCard
          title={t('generatedKey')}
          text={t('generatedKeyText')}
          value="generated-key"
          {...form.register('credentialKind')}
        />
        <ChoiceCard
          title={t('privateKey')}
          text={t('privateKeyText')}
          value="private-key"
          {...form.register('credentialKind')}
        />
      </div>
      {kind === 'private-key' && (
        <div className="mt-4 space-y-5 border-l-2 border-line pl-4">
          <TextArea
            label={t('privateKeyField')}
            rows={5}
            autoComplete="off"
            spellCheck={false}
            className="font-mono text-sm"
            placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
            error={errors.privateKey && t('privateKeyInvalid')}
            {...form.register('privateKey')}
          />
          <PasswordField
            label={t('passphrase')}
            optional
            autoComplete="off"
            {...form.register('passphrase')}
          />
        </div>
      )}
    </fieldset>
  );
}
