'use client';

import { useTranslations } from 'next-intl';
import { Controller, useWatch } from 'react-hook-form';
import { ServerSelect } from '#components/servers/server-select.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import { TextArea, TextField } from '#components/ui/text-field.tsx';
import type { HookFieldsProps } from './hook-fields-props.ts';

const CODE = {
  autoComplete: 'off',
  autoCapitalize: 'none',
  spellCheck: false,
  className: 'font-mono',
} as const;

/** A command on a server of the inventory. */
export function CommandFields({ form, errorOf }: HookFieldsProps) {
  const t = useTranslations('hooks');
  const mode = useWatch({ control: form.control, name: 'mode' });
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-2">
        <ServerSelect
          label={t('server')}
          none={t('chooseServer')}
          control={form.control}
          name="serverId"
          error={errorOf('serverId')}
        />
        <TextField
          label={t('runAs')}
          optional
          hint={t('runAsHint')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={errorOf('runAs')}
          {...form.register('runAs')}
        />
      </div>
      <Controller
        control={form.control}
        name="mode"
        render={({ field }) => (
          <Segmented
            legend={t('mode')}
            value={field.value}
            options={[
              { value: 'command', label: t('modes.command') },
              { value: 'script', label: t('modes.script') },
            ]}
            onChange={field.onChange}
          />
        )}
      />
      <TextArea
        {...CODE}
        label={t('line')}
        hint={t(`lineHints.${mode}`)}
        rows={mode === 'script' ? 4 : 2}
        error={errorOf('line')}
        {...form.register('line')}
      />
      <TextArea
        {...CODE}
        label={t('check')}
        optional
        hint={t('checkHint')}
        rows={2}
        error={errorOf('check')}
        {...form.register('check')}
      />
    </>
  );
}
