import { useMutation, useQuery } from '@tanstack/react-query';
import { useTRPC } from '#components/trpc/trpc-context.ts';

const ASK_EVERY_MS = 400;

/** Tries whether hooks can be called, and what came of it; the worker does it as a run. */
export function useHookCheck(pairId: string) {
  const trpc = useTRPC();
  const start = useMutation(trpc.hook.check.mutationOptions());
  const operationId = start.data ?? '';
  const seen = useQuery(
    trpc.hook.checked.queryOptions(
      { operationId },
      {
        enabled: start.data !== undefined,
        refetchInterval: (query) => (query.state.data == null ? ASK_EVERY_MS : false),
        retry: false,
      },
    ),
  );
  const waiting = start.data !== undefined && seen.data == null && seen.error === null;
  return {
    /** Which hook is being tried: its id, `all`, or null. */
    trying: start.isPending || waiting ? (start.variables?.hookId ?? 'all') : null,
    looks: seen.data ?? [],
    error: start.error ?? seen.error,
    go: (hookId: string | null) => start.mutate({ pairId, hookId }),
  };
}
