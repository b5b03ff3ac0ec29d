import type { Metadata } from 'next';
import { getLocale } from 'next-intl/server';
import { openPage } from '#app/open-page.ts';
import { pageTitle } from '#app/page-title.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { OperationPage } from '#components/operations/operation-page.tsx';
import { serverCaller } from '#server/web/caller.ts';

interface PageProps {
  params: Promise<{ operationId: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { operationId } = await params;
  const locale = await getLocale();
  return pageTitle(
    'shell.operations',
    async () => (await (await serverCaller()).operation.get({ id: operationId })).title[locale],
  );
}

export default async function Page({ params }: PageProps) {
  const { operationId } = await params;
  await openPage(`/operations/${operationId}`);
  return (
    <Prefetched queries={(api) => [api.operation.get.queryOptions({ id: operationId })]}>
      <OperationPage operationId={operationId} />
    </Prefetched>
  );
}
