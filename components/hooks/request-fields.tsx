'use client';

import { useTranslations } from 'next-intl';
import { useWatch } from 'react-hook-form';
import { SelectField } from '#components/ui/select-field.tsx';
import { PasswordField, TextArea, TextField } from '#components/ui/text-field.tsx';
import { HOOK_VALUES, HTTP_METHODS } from '#server/domain/change-hook.ts';
import type { HookFieldsProps } from './hook-fields-props.ts';

const CODE = {
  autoComplete: 'off',
  autoCapitalize: 'none',
  spellCheck: false,
  className: 'font-mono',
} as const;
const PLACES = HOOK_VALUES.map((name) => `{{${name}}}`).join(' ');

/** A request that Tandem makes itself. */
export function RequestFields({ form, errorOf, hasToken }: HookFieldsProps & { hasToken: boolean }) {
  const t = useTranslations('hooks');
  const tokenChoice = useWatch({ control: form.control, name: 'tokenChoice' });
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-[8rem_1fr]">
        <SelectField label={t('method')} {...form.register('method')}>
          {HTTP_METHODS.map((method) => (
            <option key={method} value={method}>
              {method}
            </option>
          ))}
        </SelectField>
        <TextField
          {...CODE}
          type="url"
          label={t('url')}
          hint={t('urlHint')}
          error={errorOf('url')}
          {...form.register('url')}
        />
      </div>
      <SelectField
        label={t('tokenChoice')}
        hint={t('tokenHint')}
        error={tokenChoice === 'new' ? undefined : errorOf('token')}
        {...form.register('tokenChoice')}
      >
        {hasToken && <option value="keep">{t('tokenChoices.keep')}</option>}
        <option value="none">{t('tokenChoices.none')}</option>
        <option value="new">{t('tokenChoices.new')}</option>
      </SelectField>
      {tokenChoice === 'new' && (
        <PasswordField
          label={t('token')}
          autoComplete="off"
          error={errorOf('token')}
          {...form.register('token')}
        />
      )}
      <TextArea
        {...CODE}
        label={t('body')}
        optional
        hint={t('bodyHint', { places: PLACES })}
        rows={3}
        error={errorOf('body')}
        {...form.register('body')}
      />
      <TextArea
        {...CODE}
        label={t('headers')}
        optional
        hint={t('headersHint')}
        rows={2}
        error={errorOf('headers')}
        {...form.register('headers')}
      />
      <TextField
        {...CODE}
        type="url"
        label={t('checkUrl')}
        optional
        hint={t('checkUrlHint')}
        error={errorOf('checkUrl')}
        {...form.register('checkUrl')}
      />
    </>
  );
}
