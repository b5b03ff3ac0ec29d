'use client';

import { useTranslations } from 'next-intl';
import { useState, type SyntheticEvent } from 'react';
import { Note } from '#components/status/note.tsx';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { PasswordField, TextField } from '#components/ui/text-field.tsx';
import { signIn, type SignInFailure } from './auth-requests.ts';

/**
 * E-mail and password; leads to `next` inside this site, else to the pairs. Two plain fields: the
 * first page that anybody loads carries no form library.
 */
export function SignInForm({ next }: { next: string }) {
  const t = useTranslations('auth');
  const [failure, setFailure] = useState<SignInFailure | null>(null);
  const [missing, setMissing] = useState({ email: false, password: false });
  const [busy, setBusy] = useState(false);
  const submit = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const read = (name: string) => {
      const value = fields.get(name);
      return typeof value === 'string' ? value : '';
    };
    const email = read('email').trim();
    const password = read('password');
    setMissing({ email: !/^\S+@\S+$/.test(email), password: password === '' });
    setFailure(null);
    if (!/^\S+@\S+$/.test(email) || password === '') return;
    setBusy(true);
    const problem = await signIn(email, password);
    if (problem === null) {
      location.assign(next);
      return;
    }
    setBusy(false);
    setFailure(problem);
  };
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy) void submit(event.currentTarget);
  };
  return (
    <form noValidate method="post" className="space-y-5" onSubmit={onSubmit}>
      {failure !== null && <Note severity="high" role="alert" title={t(`failure.${failure}`)} />}
      <TextField
        label={t('email')}
        name="email"
        type="email"
        autoComplete="username"
        error={missing.email ? t('emailInvalid') : undefined}
      />
      <PasswordField
        label={t('password')}
        name="password"
        autoComplete="current-password"
        error={missing.password ? t('passwordMissing') : undefined}
      />
      <Button type="submit" variant="primary" busy={busy} className="w-full">
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
