'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Controller, useWatch } from 'react-hook-form';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Segmented } from '#components/ui/segmented.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextArea, TextField } from '#components/ui/text-field.tsx';
import type { HookFieldsProps } from './hook-form.tsx';

const CODE = {
  autoComplete: 'off',
  autoCapitalize: 'none',
  spellCheck: false,
  className: 'font-mono',
} as const;

/** A command on a server of the inventory. */
export function CommandFields({ form, errorOf }: HookFieldsProps) {
  const t = useTranslations('hooks');
  const servers = useQuery(useTRPC().server.list.queryOptions());
  const mode = useWatch({ control: form.control, name: 'mode' });
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-2">
        <SelectField label={t('server')} error={errorOf('serverId')} {...form.register('serverId')}>
          <option value="">{t('chooseServer')}</option>
          {servers.data?.map((server) => (
            <option key={server.id} value={server.id}>
              {server.name}
            </option>
          ))}
        </SelectField>
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
