'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { TokenView } from '#server/services/services.ts';

/** The tokens with what they may, until when, and when they were used last. */
export function TokenList({ tokens }: { tokens: TokenView[] }) {
  const t = useTranslations('profile');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<TokenView | null>(null);
  const revoke = useMutation(
    trpc.token.revoke.mutationOptions({
      onSuccess: () => setAsked(null),
      onSettled: () => queryClient.invalidateQueries(trpc.token.list.queryFilter()),
    }),
  );
  const name = asked?.name ?? '';
  return (
    <Card>
      <ul className="divide-y divide-line" aria-labelledby="tokens">
        {tokens.map((token) => (
          <li
            key={token.id}
            className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3"
          >
            <TokenFacts token={token} />
            {token.state === 'works' && (
              <Button aria-label={t('revokeConfirm', { name: token.name })} onClick={() => setAsked(token)}>
                {t('revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asked !== null}
        title={t('revokeTitle', { name })}
        action={t('revokeConfirm', { name })}
        busy={revoke.isPending}
        failure={revoke.error}
        onClose={() => setAsked(null)}
        onConfirm={() => asked !== null && revoke.mutate({ id: asked.id })}
      >
        <p>{t('revokeText')}</p>
      </ConfirmDialog>
    </Card>
  );
}

function TokenFacts({ token }: { token: TokenView }) {
  const t = useTranslations('profile');
  const format = useFormat();
  const facts = [
    [t('columns.state'), t(`states.${token.state}`)],
    [t('columns.scope'), t(`scopes.${token.scope}`)],
    [t('columns.expires'), format.dateTime(token.expiresAtMs)],
    [t('columns.lastUsed'), token.lastUsedAtMs === null ? t('never') : format.dateTime(token.lastUsedAtMs)],
  ] as const;
  return (
    <div className="min-w-0">
      <p className="font-semibold">
        {token.name} <code className="ml-1 text-sm font-normal text-ink-soft">tdm_{token.prefix}_…</code>
      </p>
      <dl className="mt-1 flex flex-wrap gap-x-5 gap-y-0.5 text-sm">
        {facts.map(([label, value]) => (
          <div key={label} className="flex gap-1.5">
            <dt className="text-ink-soft">{label}:</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
