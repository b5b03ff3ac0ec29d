'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { PasswordField } from '#components/ui/text-field.tsx';
import type { ServerView } from '#server/services/services.ts';

/** Two ways to let Tandem in: put the key there oneself, or give the password once. */
export function KeyInstall({ server }: { server: ServerView }) {
  const t = useTranslations('keyInstall');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [password, setPassword] = useState('');
  const install = useMutation(
    trpc.server.installKey.mutationOptions({
      onSettled: () => {
        setPassword('');
        return queryClient.invalidateQueries(trpc.server.pathFilter());
      },
    }),
  );
  if (server.credentialKind !== 'generated-key') return null;
  return (
    <div className="grid gap-5 border-t border-line pt-4 lg:grid-cols-2">
      <div className="min-w-0 space-y-2">
        <p className="font-medium">{t('byHand')}</p>
        <p className="text-sm text-ink-soft">{t('byHandText', { user: server.username })}</p>
        <CommandBlock text={server.publicKey} label={t('publicKey')} />
      </div>
      <form
        className="min-w-0 space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (password !== '') install.mutate({ id: server.id, password });
        }}
      >
        <p className="font-medium">{t('once')}</p>
        {install.error !== null && <ProblemNote role="alert" problem={problemOf(install.error)} />}
        <PasswordField
          label={t('password', { user: server.username })}
          hint={t('onceText')}
          autoComplete="off"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" busy={install.isPending} blocked={password === ''}>
          {t('install')}
        </Button>
      </form>
    </div>
  );
}
