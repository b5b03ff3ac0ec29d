'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { classNames } from '#components/ui/class-names.ts';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { HOOK_MOMENTS } from '#server/domain/change-hook.ts';
import type { HookView } from '#server/services/services.ts';
import { CommandFields } from './command-fields.tsx';
import {
  HOOK_FIELDS,
  savingOf,
  valuesOf,
  wrongField,
  type HookField,
  type HookFormValues,
} from './hook-form-values.ts';
import { RequestFields } from './request-fields.tsx';
import { TickField } from './tick-field.tsx';

export interface HookFormProps {
  pairId: string;
  /** Null = a new one. */
  hook: HookView | null;
  onDone: () => void;
}

/** Adds or changes a hook. Nothing is called by it. */
export function HookForm({ pairId, hook, onDone }: HookFormProps) {
  const t = useTranslations('hooks');
  const tCommon = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useForm<HookFormValues>({ defaultValues: valuesOf(hook) });
  const save = useMutation(
    trpc.hook.save.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.hook.list.queryFilter({ pairId }));
        onDone();
      },
      onError: (error) => {
        const field = HOOK_FIELDS.find((each) => each === problemOf(error).data?.['field']);
        if (field !== undefined) form.setError(field, {}, { shouldFocus: true });
      },
    }),
  );
  useEffect(() => heading.current?.focus(), []);
  const kind = useWatch({ control: form.control, name: 'kind' });
  const { errors } = form.formState;
  const errorOf = (field: HookField): string | undefined =>
    errors[field] === undefined ? undefined : t(`invalid.${field}`);
  const submit = form.handleSubmit((values) => {
    const field = wrongField(values);
    if (field !== null) form.setError(field, {}, { shouldFocus: true });
    else save.mutate({ pairId, hookId: hook?.id ?? null, ...savingOf(values) });
  });
  const title = hook === null ? t('new') : t('edit', { name: hook.name });
  return (
    <form
      noValidate
      method="post"
      aria-label={title}
      className={classNames(
        'space-y-5 p-5',
        // An existing one is changed where it stands, in the list's own frame.
        hook === null && 'rounded-lg border border-line bg-surface',
        'max-w-2xl',
      )}
      onSubmit={(event) => {
        form.clearErrors();
        void submit(event);
      }}
    >
      <h3 ref={heading} tabIndex={-1} className="font-semibold">
        {title}
      </h3>
      {save.error !== null && <ProblemNote role="alert" problem={problemOf(save.error)} />}
      <TextField
        label={t('name')}
        placeholder={t('namePlaceholder')}
        autoComplete="off"
        error={errorOf('name')}
        {...form.register('name')}
      />
      <div className="grid gap-5">
        <SelectField label={t('moment')} error={errorOf('moment')} {...form.register('moment')}>
          {HOOK_MOMENTS.map((moment) => (
            <option key={moment} value={moment}>
              {t(`moments.${moment}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t('kind')} {...form.register('kind')}>
          <option value="shell">{t('kinds.shell')}</option>
          <option value="http">{t('kinds.http')}</option>
        </SelectField>
      </div>
      {kind === 'shell' ? (
        <CommandFields form={form} errorOf={errorOf} />
      ) : (
        <RequestFields
          form={form}
          errorOf={errorOf}
          hasToken={hook?.call.kind === 'http' && hook.call.hasToken}
        />
      )}
      <TextField
        label={t('timeoutSeconds')}
        hint={t('timeoutHint')}
        inputMode="numeric"
        autoComplete="off"
        className="max-w-32"
        error={errorOf('timeoutSeconds')}
        {...form.register('timeoutSeconds')}
      />
      <TickField label={t('veto')} hint={t('vetoHint')} {...form.register('veto')} />
      <TickField label={t('repeatable')} hint={t('repeatableHint')} {...form.register('repeatable')} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={save.isPending}>
          {hook === null ? t('add') : t('save')}
        </Button>
        <Button onClick={onDone}>{tCommon('cancel')}</Button>
      </div>
    </form>
  );
}
