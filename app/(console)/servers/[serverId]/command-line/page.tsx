import type { Metadata } from 'next';
import { openPage } from '#app/open-page.ts';
import { pageTitle } from '#app/page-title.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { ReleaseSettingsPage } from '#components/release-settings/release-settings-page.tsx';
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
  await openPage(`/servers/${serverId}/command-line`);
  return (
    <Prefetched queries={(api) => [api.server.get.queryOptions({ id: serverId })]}>
      <ReleaseSettingsPage serverId={serverId} />
    </Prefetched>
  );
}
