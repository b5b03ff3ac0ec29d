'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isTRPCClientError } from '@trpc/client';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { seenOf, type Assessment } from '#server/domain/assessment.ts';
import { limitMs, type ChangeForm } from './change-form.ts';
import type { givenOf } from './use-own-certificates.ts';
import { newRequestKey } from './new-request-key.ts';

const DEFAULT_LIMIT_MS = 30_000;

/** Starts exactly what is on the screen. One key per visit makes two clicks one run; a refused try gets a new one. */
export function useStart(onStale: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const [key, setKey] = useState(newRequestKey);
  const start = useMutation(trpc.change.start.mutationOptions());
  // The second click of a double click comes before the button has been drawn as busy.
  const underway = useRef(false);
  const go = (assessment: Assessment, form: ChangeForm, certificates: ReturnType<typeof givenOf> | null) => {
    if (underway.current) return;
    underway.current = true;
    const { pairId, kind, confirmation, chosenWay } = assessment;
    start.mutate(
      {
        pairId,
        kind,
        way: chosenWay,
        seen: seenOf(assessment),
        confirmation: confirmation.word === null ? null : form.typed.trim(),
        ticks: [...form.ticks],
        reason: form.reason.trim() === '' ? null : form.reason.trim(),
        outageLimitMs: limitMs(form.limit) ?? DEFAULT_LIMIT_MS,
        syncWhileAlone: form.sync,
        certificates,
        idempotencyKey: key,
      },
      {
        onSuccess: (operationId) => {
          void queryClient.invalidateQueries(trpc.pair.pathFilter());
          router.push(`/operations/${operationId}`);
        },
        onError: (error) => {
          underway.current = false;
          // Without an answer nobody knows whether it began: the same key finds that run.
          if (isTRPCClientError<AppRouter>(error) && error.data != null) setKey(newRequestKey());
          if (problemOf(error).code === 'STALE_VIEW') onStale();
          void queryClient.invalidateQueries(trpc.change.pathFilter());
        },
      },
    );
  };
  return {
    go,
    /** Also while the run's page is being opened. */
    busy: start.isPending || start.isSuccess,
    problem: start.error === null ? null : problemOf(start.error),
  };
}
