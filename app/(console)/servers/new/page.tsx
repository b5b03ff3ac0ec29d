import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { openPage } from '#app/open-page.ts';
import { insidePath } from '#components/auth/inside-path.ts';
import { NewServerForm } from '#components/servers/new-server-form.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('servers.new'))('title') };
}

export default async function Page(props: { searchParams: Promise<{ return?: string | string[] }> }) {
  await openPage('/servers/new');
  const t = await getTranslations('servers');
  const { return: asked } = await props.searchParams;
  const returnTo = asked === undefined ? null : insidePath(asked);
  return (
    <>
      <PageHeader
        title={t('new.title')}
        back={{ href: returnTo ?? '/servers', label: returnTo === null ? t('title') : t('return') }}
      />
      <NewServerForm returnTo={returnTo} />
    </>
  );
}
