import type { Metadata } from 'next';
import { openPage } from '#app/open-page.ts';
import { pageTitle } from '#app/page-title.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { NetworkPage } from '#components/network/network-page.tsx';
import { serverCaller } from '#server/web/caller.ts';

interface PageProps {
  params: Promise<{ pairId: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { pairId } = await params;
  return pageTitle('shell.pairs', async () => (await (await serverCaller()).pair.get({ id: pairId })).name);
}

export default async function Page({ params }: PageProps) {
  const { pairId } = await params;
  await openPage(`/pairs/${pairId}/network`);
  return (
    <Prefetched queries={(api) => [api.pair.get.queryOptions({ id: pairId })]}>
      <NetworkPage pairId={pairId} />
    </Prefetched>
  );
}
