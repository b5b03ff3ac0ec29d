import type { Metadata } from 'next';
import { openPage } from '#app/open-page.ts';
import { pageTitle } from '#app/page-title.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { askedDoor } from '#components/prepare-host/asked-door.ts';
import { PrepareHostPage } from '#components/prepare-host/prepare-host-page.tsx';
import { serverCaller } from '#server/web/caller.ts';

interface PageProps {
  params: Promise<{ serverId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { serverId } = await params;
  return pageTitle(
    'shell.servers',
    async () => (await (await serverCaller()).server.get({ id: serverId })).name,
  );
}

export default async function Page({ params, searchParams }: PageProps) {
  const { serverId } = await params;
  const door = askedDoor(await searchParams);
  await openPage(`/servers/${serverId}/prepare`);
  return (
    <Prefetched
      queries={(api) => [api.server.get.queryOptions({ id: serverId }), api.server.list.queryOptions()]}
    >
      <PrepareHostPage serverId={serverId} door={door} />
    </Prefetched>
  );
}
