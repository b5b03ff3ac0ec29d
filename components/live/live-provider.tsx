'use client';

import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, type ReactNode } from 'react';
import { isSignedOut, signInAgain } from '#components/trpc/create-client.ts';
import { useTRPC, useTRPCClient } from '#components/trpc/trpc-context.ts';
import type { LiveStore } from './live-store.ts';

const LiveContext = createContext<LiveStore | null>(null);

/** The live store of the page. */
export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (store === null) throw new Error('useLiveStore needs a LiveProvider above it');
  return store;
}

/** Opens the one subscription of the page and keeps it open. */
function useLiveStream(store: LiveStore, enabled: boolean): void {
  const client = useTRPCClient();
  useEffect(() => {
    if (!enabled) return;
    const subscription = client.live.stream.subscribe(
      {},
      {
        onStarted: () => store.connected(),
        onConnectionStateChange: (change) => {
          if (change.state === 'connecting' && change.error) store.lost(Date.now());
        },
        onData: ({ data }) => {
          store.connected();
          if ('reset' in data) store.notice('reset');
          else if (data.message.type === 'tick') store.tick(data.message.tick, Date.now());
          else store.notice(data.message.notice);
        },
        onError: (error) => {
          store.lost(Date.now());
          if (isSignedOut(error)) signInAgain();
        },
      },
    );
    const offline = () => store.lost(Date.now());
    window.addEventListener('offline', offline);
    return () => {
      subscription.unsubscribe();
      window.removeEventListener('offline', offline);
    };
  }, [client, store, enabled]);
}

/** Rows that changed on the server are fetched again. */
function useNoticesRefetch(store: LiveStore): void {
  const queryClient = useQueryClient();
  const trpc = useTRPC();
  useEffect(
    () =>
      store.subscribeNotices((notice) => {
        const stale =
          notice === 'reset'
            ? [trpc.pathFilter()]
            : {
                pair: [trpc.pair.pathFilter()],
                operation: [
                  trpc.operation.pathFilter(),
                  trpc.draft.plan.pathFilter(),
                  trpc.server.pathFilter(),
                ],
                server: [trpc.server.pathFilter()],
              }[notice.kind];
        for (const filter of stale) void queryClient.invalidateQueries(filter);
      }),
    [store, queryClient, trpc],
  );
}

export interface LiveProviderProps {
  store: LiveStore;
  enabled: boolean;
  children: ReactNode;
}

export function LiveProvider({ store, enabled, children }: LiveProviderProps) {
  useLiveStream(store, enabled);
  useNoticesRefetch(store);
  return <LiveContext value={store}>{children}</LiveContext>;
}
