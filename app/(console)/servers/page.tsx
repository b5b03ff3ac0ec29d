import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { openPage } from '#app/open-page.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { ServerListPage } from '#components/servers/server-list-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('servers'))('title') };
}

export default async function Page() {
  await openPage('/servers');
  return (
    <Prefetched queries={(api) => [api.server.list.queryOptions()]}>
      <ServerListPage />
    </Prefetched>
  );
}
