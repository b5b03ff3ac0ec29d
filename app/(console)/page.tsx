import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { FleetPage } from '#components/pairs/fleet-page.tsx';
import { openPage } from '#app/open-page.ts';
import { Prefetched } from '#app/prefetched.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('fleet'))('title') };
}

export default async function Page() {
  await openPage('/');
  return (
    <Prefetched queries={(api) => [api.pair.list.queryOptions(), api.draft.list.queryOptions()]}>
      <FleetPage />
    </Prefetched>
  );
}
