import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { Suspense } from 'react';
import { openPage } from '#app/open-page.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { AuditPage } from '#components/audit/audit-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit'))('title') };
}

export default async function Page() {
  await openPage('/audit');
  return (
    <Prefetched queries={(api) => [api.audit.names.queryOptions(), api.pair.list.queryOptions()]}>
      <Suspense>
        <AuditPage />
      </Suspense>
    </Prefetched>
  );
}
