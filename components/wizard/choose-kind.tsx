'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import type { DraftData } from '#server/domain/setup-draft.ts';
import { stepPath } from './wizard-steps.ts';

/** A new standby, or a pair that is there already. */
export function ChooseKind({ preset }: { preset: DraftData['kind'] }) {
  const t = useTranslations('wizard');
  const tWelcome = useTranslations('welcome');
  const tCommon = useTranslations('common');
  const router = useRouter();
  const [kind, setKind] = useState(preset);
  const create = useMutation(useTRPC().draft.create.mutationOptions());
  return (
    <form
      className="max-w-2xl"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ kind }, { onSuccess: (draft) => router.push(stepPath(draft.id, 'servers')) });
      }}
    >
      <PageHeader title={t('chooseTitle')} back={{ href: '/', label: t('toPairs') }}>
        {tWelcome('promise')}
      </PageHeader>
      <fieldset className="grid gap-3">
        <legend className="sr-only">{t('chooseTitle')}</legend>
        <ChoiceCard
          name="kind"
          value="adopt"
          title={tWelcome('adoptTitle')}
          text={tWelcome('adoptText')}
          checked={kind === 'adopt'}
          onChange={() => setKind('adopt')}
        />
        <ChoiceCard
          name="kind"
          value="new-standby"
          title={tWelcome('standbyTitle')}
          text={tWelcome('standbyText')}
          checked={kind === 'new-standby'}
          onChange={() => setKind('new-standby')}
        />
      </fieldset>
      {create.error !== null && (
        <div className="mt-4">
          <ProblemNote role="alert" problem={problemOf(create.error)} />
        </div>
      )}
      <Button type="submit" variant="primary" busy={create.isPending || create.isSuccess} className="mt-6">
        {tCommon('continue')}
      </Button>
    </form>
  );
}
