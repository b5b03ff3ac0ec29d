'use client';

import { useTranslations } from 'next-intl';
import { useWatch } from 'react-hook-form';
import { ServerSelect } from '#components/servers/server-select.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { PasswordField, TextField } from '#components/ui/text-field.tsx';
import type { RouteFieldsProps } from './route-fields-props.ts';

/** How Tandem pauses a PgBouncer and leads it elsewhere: its console and its configuration file. */
export function PoolFields({ form, errorOf, route }: RouteFieldsProps) {
  const t = useTranslations('routes');
  const by = useWatch({ control: form.control, name: 'consoleBy' });
  const plain = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;
  return (
    <fieldset className="space-y-5 border-t border-line">
      <legend className="text-sm font-semibold">{t('pool')}</legend>
      <ServerSelect
        label={t('server')}
        hint={t('serverHint')}
        none={t('chooseServer')}
        control={form.control}
        name="serverId"
        error={errorOf('serverId')}
      />
      <TextField
        label={t('databases')}
        hint={t('databasesHint')}
        {...plain}
        error={errorOf('databases')}
        {...form.register('databases')}
      />
      <TextField
        label={t('configPath')}
        hint={t('configPathHint')}
        {...plain}
        className="font-mono text-sm"
        error={errorOf('configPath')}
        {...form.register('configPath')}
      />
      <div className="grid gap-5 sm:grid-cols-[1fr_8rem]">
        <SelectField label={t('consoleBy')} {...form.register('consoleBy')}>
          <option value="tcp">{t('consoleByTcp')}</option>
          <option value="socket">{t('consoleBySocket')}</option>
        </SelectField>
        <TextField
          label={t('consolePort')}
          inputMode="numeric"
          autoComplete="off"
          error={errorOf('consolePort')}
          {...form.register('consolePort')}
        />
      </div>
      {by === 'socket' && (
        <TextField
          label={t('consoleSocket')}
          hint={t('consoleSocketHint')}
          {...plain}
          className="font-mono text-sm"
          error={errorOf('consoleSocket')}
          {...form.register('consoleSocket')}
        />
      )}
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          label={t('consoleUser')}
          hint={t('consoleUserHint')}
          {...plain}
          error={errorOf('consoleUser')}
          {...form.register('consoleUser')}
        />
        <PasswordField
          label={t('consolePassword')}
          {...(route?.hasConsolePassword === true ? { hint: t('passwordKept') } : {})}
          {...(by === 'socket' ? { optional: true } : {})}
          autoComplete="new-password"
          error={errorOf('consolePassword')}
          {...form.register('consolePassword')}
        />
      </div>
    </fieldset>
  );
}
