import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { SignInForm } from '#components/auth/sign-in-form.tsx';
import { insidePath } from '#components/auth/inside-path.ts';
import { LanguageSwitch } from '#components/shell/language-switch.tsx';
import { pageContext, serverCaller } from '#server/web/caller.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auth'))('signInTitle') };
}

export default async function SignInPage(props: { searchParams: Promise<{ next?: string | string[] }> }) {
  const t = await getTranslations('auth');
  const next = insidePath((await props.searchParams).next);
  const { claimed } = await (await serverCaller()).setup.status();
  if (!claimed) redirect('/setup');
  if ((await pageContext()).session !== null) redirect(next);
  return (
    <>
      <h1 className="mb-6 text-2xl font-semibold">{t('signInTitle')}</h1>
      <SignInForm next={next} />
      <div className="mt-10">
        <LanguageSwitch hideLegend />
      </div>
    </>
  );
}
