import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { openPage } from '#app/open-page.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { ProfilePage } from '#components/profile/profile-page.tsx';
import { pageContext } from '#server/web/caller.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('profile'))('title') };
}

export default async function Page() {
  await openPage('/profile');
  const { session } = await pageContext();
  return (
    <Prefetched queries={(api) => [api.token.list.queryOptions()]}>
      <ProfilePage name={session?.name ?? ''} email={session?.email ?? ''} />
    </Prefetched>
  );
}
