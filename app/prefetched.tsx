import { dehydrate, HydrationBoundary, QueryClient, type FetchQueryOptions } from '@tanstack/react-query';
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { ReactNode } from 'react';
import { appRouter, type AppRouter } from '#server/trpc/root.ts';
import { pageContext } from '#server/web/caller.ts';

/** A page is sent without what takes longer; the browser asks for it then. */
const DEADLINE_MS = 1_000;

export interface PrefetchedProps {
  // The option types of different procedures have nothing in common but this.
  queries: (api: TRPCOptionsProxy<AppRouter>) => unknown[];
  children: ReactNode;
}

/** Answers the page's first queries while it is rendered. */
export async function Prefetched({ queries, children }: PrefetchedProps) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const api = createTRPCOptionsProxy({ router: appRouter, ctx: pageContext, queryClient });
  const all = queries(api).map((query) => queryClient.prefetchQuery(query as FetchQueryOptions));
  await Promise.race([Promise.all(all), new Promise((resolve) => setTimeout(resolve, DEADLINE_MS))]);
  return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
}
