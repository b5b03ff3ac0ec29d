import type { Metadata } from 'next';
import { Suspense } from 'react';
import { openPage } from '#app/open-page.ts';
import { pageTitle } from '#app/page-title.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { ServerPage } from '#components/servers/server-page.tsx';
import { serverCaller } from '#server/web/caller.ts';

interface PageProps {
  params: Promise<{ serverId: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { serverId } = await params;
  return pageTitle(
    'shell.servers',
    async () => (await (await serverCaller()).server.get({ id: serverId })).name,
  );
}

export default async function Page({ params }: PageProps) {
  const { serverId } = await params;
  await openPage(`/servers/${serverId}`);
  return (
    <Prefetched queries={(api) => [api.server.get.queryOptions({ id: serverId })]}>
      <Suspense>
        <ServerPage serverId={serverId} />
      </Suspense>
    </Prefetched>
  );
}
