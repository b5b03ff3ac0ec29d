import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { openPage } from '#app/open-page.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { OperationListPage } from '#components/operations/operation-list-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('run'))('title') };
}

export default async function Page() {
  await openPage('/operations');
  return (
    <Prefetched queries={(api) => [api.operation.list.queryOptions({ limit: 100 })]}>
      <OperationListPage />
    </Prefetched>
  );
}
