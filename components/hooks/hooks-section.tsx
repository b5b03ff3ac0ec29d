'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { HOOK_MOMENTS } from '#server/domain/change-hook.ts';
import type { HookView } from '#server/services/services.ts';
import { HookForm } from './hook-form.tsx';
import { HookItem } from './hook-item.tsx';
import { useHookCheck } from './use-hook-check.ts';

/** What Tandem calls around a change of roles: list, add, change, remove, and try without calling. */
export function HooksSection({ pairId }: { pairId: string }) {
  const t = useTranslations('hooks');
  const heading = useRef<HTMLHeadingElement>(null);
  const hooks = useQuery(useTRPC().hook.list.queryOptions({ pairId }));
  return (
    <section aria-labelledby="hooks" className="space-y-4">
      <div>
        <h2 id="hooks" ref={heading} tabIndex={-1} className="mb-1 text-base font-semibold">
          {t('title')}
        </h2>
        <p className="max-w-3xl text-sm text-ink-soft">{t('text')}</p>
      </div>
      <QueryStates query={hooks} skeleton={<Skeleton className="h-40" />}>
        {(list) => <Hooks pairId={pairId} hooks={list} onClosed={() => heading.current?.focus()} />}
      </QueryStates>
    </section>
  );
}

interface HooksProps {
  pairId: string;
  hooks: readonly HookView[];
  /** The form is gone, and with it what had the focus. */
  onClosed: () => void;
}

function Hooks({ pairId, hooks, onClosed }: HooksProps) {
  const t = useTranslations('hooks');
  /** Id of the hook that is changed, `new`, or null. */
  const [open, setOpen] = useState<string | null>(null);
  const [asked, setAsked] = useState<HookView | null>(null);
  const check = useHookCheck(pairId);
  const close = () => {
    setOpen(null);
    onClosed();
  };
  const item = (hook: HookView) =>
    open === hook.id ? (
      <HookForm pairId={pairId} hook={hook} onDone={close} />
    ) : (
      <HookItem
        hook={hook}
        look={check.looks.find((look) => look.name === hook.name) ?? null}
        busy={check.trying === hook.id || check.trying === 'all'}
        onTry={() => check.go(hook.id)}
        onEdit={() => setOpen(hook.id)}
        onRemove={() => setAsked(hook)}
      />
    );
  return (
    <>
      {check.error !== null && <ProblemNote role="alert" problem={problemOf(check.error)} />}
      {hooks.length === 0 && open === null && (
        <EmptyState title={t('emptyTitle')}>{t('emptyText')}</EmptyState>
      )}
      {HOOK_MOMENTS.filter((moment) => hooks.some((hook) => hook.moment === moment)).map((moment) => (
        <div key={moment}>
          <h3 className="mb-2 text-sm font-semibold">{t(`momentTitles.${moment}`)}</h3>
          <Card>
            <ul className="divide-y divide-line">
              {hooks
                .filter((hook) => hook.moment === moment)
                .map((hook) => (
                  <li key={hook.id}>{item(hook)}</li>
                ))}
            </ul>
          </Card>
        </div>
      ))}
      {open === 'new' && <HookForm pairId={pairId} hook={null} onDone={close} />}
      {open === null && (
        <div className="flex flex-wrap gap-2">
          <Button variant={hooks.length === 0 ? 'primary' : 'secondary'} onClick={() => setOpen('new')}>
            {t('new')}
          </Button>
          {hooks.length > 1 && (
            <Button busy={check.trying === 'all'} onClick={() => check.go(null)}>
              {t('tryAll')}
            </Button>
          )}
        </div>
      )}
      <RemoveDialog pairId={pairId} hook={asked} onDone={() => setAsked(null)} />
    </>
  );
}

function RemoveDialog({
  pairId,
  hook,
  onDone,
}: {
  pairId: string;
  hook: HookView | null;
  onDone: () => void;
}) {
  const t = useTranslations('hooks');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const name = hook?.name ?? '';
  const remove = useMutation(
    trpc.hook.remove.mutationOptions({
      onSuccess: onDone,
      onSettled: () => queryClient.invalidateQueries(trpc.hook.list.queryFilter({ pairId })),
    }),
  );
  return (
    <ConfirmDialog
      open={hook !== null}
      title={t('removeTitle', { name })}
      action={t('removeOne', { name })}
      busy={remove.isPending}
      failure={remove.error}
      onClose={onDone}
      onConfirm={() => hook !== null && remove.mutate({ pairId, hookId: hook.id })}
    >
      <p>{t('removeText')}</p>
    </ConfirmDialog>
  );
}
