'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { ServerSelect } from '#components/servers/server-select.tsx';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { classNames } from '#components/ui/class-names.ts';
import { SelectField } from '#components/ui/select-field.tsx';
import { PasswordField, TextField } from '#components/ui/text-field.tsx';
import { ROUTE_KINDS } from '#server/domain/client-route.ts';
import type { RouteView } from '#server/services/services.ts';
import { PoolFields } from './pool-fields.tsx';
import type { RouteFieldsProps } from './route-fields-props.ts';
import {
  fieldOf,
  savingOf,
  valuesOf,
  wrongField,
  type RouteField,
  type RouteFormValues,
} from './route-form-values.ts';

/** Adds or changes a client route. Nothing on a server changes by it. */
export function RouteForm(props: { pairId: string; route: RouteView | null; onDone: () => void }) {
  const { pairId, route, onDone } = props;
  const t = useTranslations('routes');
  const tCommon = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useForm<RouteFormValues>({ defaultValues: valuesOf(route) });
  const save = useMutation(
    trpc.clients.saveRoute.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.clients.pathFilter());
        onDone();
      },
      onError: (error) => {
        const field = fieldOf(problemOf(error).data?.['field']);
        if (field !== null) form.setError(field, {}, { shouldFocus: true });
      },
    }),
  );
  useEffect(() => heading.current?.focus(), []);
  const kind = useWatch({ control: form.control, name: 'kind' });
  // Read here, so that the form keeps track of it.
  const { errors, dirtyFields } = form.formState;
  const errorOf = (field: RouteField): string | undefined =>
    errors[field] === undefined ? undefined : t(`invalid.${field}`);
  const submit = form.handleSubmit((values) => {
    const field = wrongField(values, route);
    if (field !== null) form.setError(field, {}, { shouldFocus: true });
    else save.mutate({ pairId, routeId: route?.id ?? null, ...savingOf(values) });
  });
  const title = route === null ? t('new') : t('edit', { name: route.name });
  const fields = { form, errorOf, route };
  return (
    <form
      noValidate
      method="post"
      aria-label={title}
      className={classNames(
        'max-w-2xl space-y-5 p-5',
        // An existing one is changed where it stands, in the list's own frame.
        route === null && 'rounded-lg border border-line bg-surface',
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
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          label={t('name')}
          hint={t('nameHint')}
          autoComplete="off"
          error={errorOf('name')}
          {...form.register('name')}
        />
        <SelectField
          label={t('kind')}
          {...form.register('kind', {
            onChange: () => {
              const usual = form.getValues('kind') === 'pgbouncer' ? '6432' : '5432';
              if (dirtyFields.port !== true && route === null) form.setValue('port', usual);
            },
          })}
        >
          {ROUTE_KINDS.map((each) => (
            <option key={each} value={each}>
              {t(`kinds.${each}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <p className="text-sm text-ink-soft">{t(`kindTexts.${kind}`)}</p>
      {kind === 'multi-host' ? <UriField {...fields} /> : <AddressFields {...fields} />}
      {kind === 'pgbouncer' && <PoolFields {...fields} />}
      <ProbeFields {...fields} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={save.isPending}>
          {route === null ? t('add') : t('save')}
        </Button>
        <Button onClick={onDone}>{tCommon('cancel')}</Button>
      </div>
    </form>
  );
}

function UriField({ form, errorOf }: RouteFieldsProps) {
  const t = useTranslations('routes');
  return (
    <TextField
      label={t('uri')}
      hint={t('uriHint')}
      placeholder="postgresql://db1:5432,db2:5432/shop?target_session_attrs=read-write"
      autoComplete="off"
      spellCheck={false}
      className="font-mono text-sm"
      error={errorOf('uri')}
      {...form.register('uri')}
    />
  );
}

function AddressFields({ form, errorOf }: RouteFieldsProps) {
  const t = useTranslations('routes');
  return (
    <div className="grid gap-5 sm:grid-cols-[1fr_8rem]">
      <TextField
        label={t('host')}
        hint={t('hostHint')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={errorOf('host')}
        {...form.register('host')}
      />
      <TextField
        label={t('port')}
        inputMode="numeric"
        autoComplete="off"
        error={errorOf('port')}
        {...form.register('port')}
      />
    </div>
  );
}

/** How Tandem finds out who answers at the end of the route. */
function ProbeFields({ form, errorOf, route }: RouteFieldsProps) {
  const t = useTranslations('routes');
  return (
    <fieldset className="space-y-5 border-t border-line">
      <legend className="text-sm font-semibold">{t('probe')}</legend>
      <p className="text-sm text-ink-soft">{t('probeText')}</p>
      <ServerSelect
        label={t('probeFrom')}
        none={t('fromTandem')}
        control={form.control}
        name="probeServerId"
        error={errorOf('probeServerId')}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          label={t('loginUser')}
          hint={t('loginUserHint')}
          optional
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={errorOf('loginUser')}
          {...form.register('loginUser')}
        />
        <TextField
          label={t('loginDatabase')}
          optional
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={errorOf('loginDatabase')}
          {...form.register('loginDatabase')}
        />
      </div>
      <PasswordField
        label={t('loginPassword')}
        {...(route?.login == null ? {} : { hint: t('passwordKept') })}
        optional
        autoComplete="new-password"
        error={errorOf('loginPassword')}
        {...form.register('loginPassword')}
      />
    </fieldset>
  );
}
