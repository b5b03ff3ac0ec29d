import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { openPage } from '#app/open-page.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { DraftPage } from '#components/wizard/draft-page.tsx';
import { isWizardStep, stepPath } from '#components/wizard/wizard-steps.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('wizard'))('chooseTitle') };
}

export default async function Page({ params }: { params: Promise<{ draftId: string; step: string }> }) {
  const { draftId, step } = await params;
  if (!isWizardStep(step)) notFound();
  await openPage(stepPath(draftId, step));
  return (
    <Prefetched
      queries={(api) => [api.draft.get.queryOptions({ id: draftId }), api.server.list.queryOptions()]}
    >
      <DraftPage key={step} draftId={draftId} step={step} />
    </Prefetched>
  );
}
