'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { newTokenSchema } from './new-token-schema.ts';

/** Makes a token and shows its text, this one time. */
export function NewToken() {
  const t = useTranslations('profile');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.token.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.token.list.queryFilter()),
    }),
  );
  const form = useForm({
    resolver: zodResolver(newTokenSchema),
    defaultValues: { name: '', scope: 'operate' as const, days: '90' },
  });
  const { errors } = form.formState;
  const submit = form.handleSubmit(({ days, ...token }) =>
    create.mutate({ ...token, days: Number(days) }, { onSuccess: () => form.reset() }),
  );
  return (
    <form
      noValidate
      method="post"
      aria-label={t('newToken')}
      className="max-w-2xl space-y-4 rounded-lg border border-line bg-surface p-5"
      onSubmit={(event) => void submit(event)}
    >
      <h3 className="font-semibold">{t('newToken')}</h3>
      {create.error !== null && <ProblemNote role="alert" problem={problemOf(create.error)} />}
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        autoComplete="off"
        error={errors.name && t('nameInvalid')}
        {...form.register('name')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label={t('scope')} {...form.register('scope')}>
          <option value="read">{t('scopes.read')}</option>
          <option value="operate">{t('scopes.operate')}</option>
        </SelectField>
        <TextField
          label={t('days')}
          inputMode="numeric"
          autoComplete="off"
          error={errors.days && t('daysInvalid')}
          {...form.register('days')}
        />
      </div>
      <Button type="submit" variant="primary" busy={create.isPending}>
        {t('create')}
      </Button>
      <MadeToken made={create.data ?? null} onDone={() => create.reset()} />
    </form>
  );
}

function MadeToken({
  made,
  onDone,
}: {
  made: { text: string; token: { name: string } } | null;
  onDone: () => void;
}) {
  const t = useTranslations('profile');
  return (
    <Dialog
      open={made !== null}
      title={t('madeTitle')}
      onClose={onDone}
      actions={
        <Button variant="primary" onClick={onDone}>
          {t('done')}
        </Button>
      }
    >
      {made !== null && (
        <>
          <CommandBlock text={made.text} label={t('made', { name: made.token.name })} />
          <p>{t('loginHint')}</p>
          <CommandBlock text="npx tandem login" label={t('loginCommand')} />
        </>
      )}
    </Dialog>
  );
}
