'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import * as z from 'zod/mini';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { Button } from '#components/ui/button.tsx';
import { PasswordField, TextField } from '#components/ui/text-field.tsx';

const SHORTEST_PASSWORD = 12;

const schema = (tokenRequired: boolean) =>
  z.object({
    token: z.string().check(z.trim(), z.minLength(tokenRequired ? 1 : 0)),
    name: z.string().check(z.trim(), z.minLength(1)),
    email: z.string().check(z.trim(), z.email()),
    password: z.string().check(z.minLength(SHORTEST_PASSWORD)),
  });

/** Makes the administrator and signs in. */
export function SetupForm({ tokenRequired }: { tokenRequired: boolean }) {
  const t = useTranslations('setup');
  const tAuth = useTranslations('auth');
  const language = useLocale();
  const claim = useMutation(useTRPC().setup.claim.mutationOptions());
  const form = useForm({
    resolver: zodResolver(schema(tokenRequired)),
    defaultValues: { token: '', name: '', email: '', password: '' },
  });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async ({ token, ...person }) => {
    await claim.mutateAsync({ ...person, language, ...(token === '' ? {} : { token }) }).then(
      () => location.assign('/welcome'),
      () => undefined,
    );
  });
  return (
    <form noValidate method="post" className="space-y-5" onSubmit={(event) => void submit(event)}>
      {claim.error !== null && <ProblemNote role="alert" problem={problemOf(claim.error)} />}
      {tokenRequired && (
        <TextField
          label={t('token')}
          hint={t('tokenHint')}
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          error={errors.token && t('tokenMissing')}
          {...form.register('token')}
        />
      )}
      <TextField
        label={t('name')}
        autoComplete="name"
        error={errors.name && t('nameMissing')}
        {...form.register('name')}
      />
      <TextField
        label={tAuth('email')}
        type="email"
        autoComplete="username"
        error={errors.email && tAuth('emailInvalid')}
        {...form.register('email')}
      />
      <PasswordField
        label={tAuth('password')}
        hint={t('passwordHint')}
        autoComplete="new-password"
        error={errors.password && t('passwordShort')}
        {...form.register('password')}
      />
      <Button type="submit" variant="primary" busy={isSubmitting} className="w-full">
        {t('create')}
      </Button>
    </form>
  );
}
