import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SignInForm } from '#components/auth/sign-in-form.tsx';
import { insidePath } from '#components/auth/inside-path.ts';
import { LanguageSwitch } from '#components/shell/language-switch.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auth'))('signInTitle') };
}

export default async function SignInPage(props: { searchParams: Promise<{ next?: string | string[] }> }) {
  const t = await getTranslations('auth');
  const { next } = await props.searchParams;
  return (
    <>
      <h1 className="mb-6 text-2xl font-semibold">{t('signInTitle')}</h1>
      <SignInForm next={insidePath(next)} />
      <div className="mt-10">
        <LanguageSwitch hideLegend />
      </div>
    </>
  );
}
