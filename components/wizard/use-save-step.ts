'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import type { DraftData } from '#server/domain/setup-draft.ts';
import type { DraftView } from '#server/services/services.ts';
import { stepPath, stepsOf, type WizardStep } from './wizard-steps.ts';

/** Stores the answers and goes to the next page. */
export function useSaveStep(draft: DraftView, step: WizardStep) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const save = useMutation(trpc.draft.save.mutationOptions());
  const steps = stepsOf(draft.data.kind);
  const next = steps[steps.indexOf(step) + 1] ?? step;
  return {
    save: (data: DraftData, rolePassword?: string) =>
      save.mutate(
        { id: draft.id, data, ...(rolePassword === undefined ? {} : { rolePassword }) },
        {
          onSuccess: (saved) => {
            queryClient.setQueryData(trpc.draft.get.queryKey({ id: draft.id }), saved);
            void queryClient.invalidateQueries(trpc.draft.plan.queryFilter({ id: draft.id }));
            router.push(stepPath(draft.id, next));
          },
        },
      ),
    busy: save.isPending,
    error: save.error,
  };
}
