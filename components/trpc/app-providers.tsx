'use client';

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { LiveProvider } from '#components/live/live-provider.tsx';
import { LiveStore } from '#components/live/live-store.ts';
import { createClient, isSignedOut, signInAgain } from './create-client.ts';
import { TRPCProvider } from './trpc-context.ts';

const STALE_MS = 10_000;

function leaveWhenSignedOut(error: unknown): void {
  if (isSignedOut(error)) signInAgain();
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        retry: (failures, error) => failures < 2 && !isSignedOut(error),
      },
    },
  });
}

/** The page's query cache, its API client and its one live stream, which needs a session. */
export function AppProviders({ children, signedIn }: { children: ReactNode; signedIn: boolean }) {
  const [store] = useState(() => new LiveStore());
  const [queryClient] = useState(createQueryClient);
  const [client] = useState(() => createClient((...answer) => store.clock.http(...answer)));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        <LiveProvider store={store} enabled={signedIn}>
          {children}
        </LiveProvider>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
