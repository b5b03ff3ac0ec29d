import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { openPage } from '#app/open-page.ts';
import { ChooseKind } from '#components/wizard/choose-kind.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('wizard'))('chooseTitle') };
}

export default async function Page(props: { searchParams: Promise<{ kind?: string | string[] }> }) {
  await openPage('/pairs/new');
  const { kind } = await props.searchParams;
  return <ChooseKind preset={kind === 'new-standby' ? 'new-standby' : 'adopt'} />;
}
