'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod/mini';
import { Note } from '#components/status/note.tsx';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { PasswordField, TextField } from '#components/ui/text-field.tsx';
import { signIn, type SignInFailure } from './auth-requests.ts';

const schema = z.object({
  email: z.string().check(z.trim(), z.email()),
  password: z.string().check(z.minLength(1)),
});

/** E-mail and password; leads to `next` inside this site, else to the pairs. */
export function SignInForm({ next }: { next: string }) {
  const t = useTranslations('auth');
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: '', password: '' } });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async ({ email, password }) => {
    setFailure(null);
    const problem = await signIn(email, password);
    if (problem === null) location.assign(next);
    else setFailure(problem);
  });
  return (
    <form noValidate method="post" className="space-y-5" onSubmit={(event) => void submit(event)}>
      {failure !== null && <Note severity="high" role="alert" title={t(`failure.${failure}`)} />}
      <TextField
        label={t('email')}
        type="email"
        autoComplete="username"
        error={errors.email && t('emailInvalid')}
        {...form.register('email')}
      />
      <PasswordField
        label={t('password')}
        autoComplete="current-password"
        error={errors.password && t('passwordMissing')}
        {...form.register('password')}
      />
      <Button type="submit" variant="primary" busy={isSubmitting} className="w-full">
        {t('signIn')}
      </Button>
      <details className="text-sm text-ink-soft">
        <summary className="link inline-flex min-h-6 items-center">{t('forgot')}</summary>
        <div className="mt-2">
          <CommandBlock text="npm run admin:reset" label={t('forgotCommand')} />
        </div>
      </details>
    </form>
  );
}
