'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { ClientsLook } from '#server/domain/clients-look.ts';
import type { PairView, RouteView } from '#server/services/services.ts';
import { RouteForm } from './route-form.tsx';
import { RouteItem } from './route-item.tsx';

/** How applications reach the primary: list with where each route leads now, add, change, remove. */
export function ClientRoutes({ pair, look }: { pair: PairView; look: ClientsLook | null }) {
  const t = useTranslations('routes');
  const heading = useRef<HTMLHeadingElement>(null);
  const routes = useQuery(useTRPC().clients.routes.queryOptions({ pairId: pair.id }));
  return (
    <section aria-labelledby="routes" className="space-y-4">
      <div>
        <h2 id="routes" ref={heading} tabIndex={-1} className="mb-1 text-base font-semibold">
          {t('title')}
        </h2>
        <p className="max-w-3xl text-sm text-ink-soft">{t('text')}</p>
      </div>
      <QueryStates query={routes} skeleton={<Skeleton className="h-40" />}>
        {(list) => <Routes pair={pair} look={look} routes={list} onClosed={() => heading.current?.focus()} />}
      </QueryStates>
    </section>
  );
}

interface RoutesProps {
  pair: PairView;
  look: ClientsLook | null;
  routes: readonly RouteView[];
  /** The form is gone, and with it what had the focus. */
  onClosed: () => void;
}

function Routes({ pair, look, routes, onClosed }: RoutesProps) {
  const t = useTranslations('routes');
  /** Id of the route that is changed, `new`, or null. */
  const [open, setOpen] = useState<string | null>(null);
  const [asked, setAsked] = useState<RouteView | null>(null);
  const close = () => {
    setOpen(null);
    onClosed();
  };
  return (
    <>
      {routes.length === 0 && open === null && (
        <EmptyState title={t('emptyTitle')}>{t('emptyText')}</EmptyState>
      )}
      {routes.length > 0 && (
        <Card>
          <ul className="divide-y divide-line">
            {routes.map((route) => (
              <li key={route.id}>
                {open === route.id ? (
                  <RouteForm pairId={pair.id} route={route} onDone={close} />
                ) : (
                  <RouteItem
                    route={route}
                    sighting={look?.routes.find((s) => s.routeId === route.id) ?? null}
                    primary={pair.primary.serverName}
                    onEdit={() => setOpen(route.id)}
                    onRemove={() => setAsked(route)}
                  />
                )}
              </li>
            ))}
          </ul>
        </Card>
      )}
      {open === 'new' && <RouteForm pairId={pair.id} route={null} onDone={close} />}
      {open === null && (
        <Button variant={routes.length === 0 ? 'primary' : 'secondary'} onClick={() => setOpen('new')}>
          {t('new')}
        </Button>
      )}
      <RemoveDialog pairId={pair.id} route={asked} onDone={() => setAsked(null)} />
    </>
  );
}

function RemoveDialog(props: { pairId: string; route: RouteView | null; onDone: () => void }) {
  const { pairId, route, onDone } = props;
  const t = useTranslations('routes');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const name = route?.name ?? '';
  const remove = useMutation(
    trpc.clients.removeRoute.mutationOptions({
      onSuccess: onDone,
      onSettled: () => queryClient.invalidateQueries(trpc.clients.pathFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open={route !== null}
      title={t('removeTitle', { name })}
      action={t('removeOne', { name })}
      busy={remove.isPending}
      failure={remove.error}
      onClose={onDone}
      onConfirm={() => route !== null && remove.mutate({ pairId, routeId: route.id })}
    >
      <p>{t('removeText')}</p>
    </ConfirmDialog>
  );
}
