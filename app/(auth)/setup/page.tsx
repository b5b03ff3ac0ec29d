import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { SetupForm } from '#components/auth/setup-form.tsx';
import { InsecureBanner } from '#components/shell/insecure-banner.tsx';
import { LanguageSwitch } from '#components/shell/language-switch.tsx';
import { AppProviders } from '#components/trpc/app-providers.tsx';
import { serverCaller } from '#server/web/caller.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('setup'))('title') };
}

export default async function SetupPage() {
  const t = await getTranslations('setup');
  const { claimed, tokenRequired, insecure } = await (await serverCaller()).setup.status();
  if (claimed) notFound();
  return (
    <>
      {insecure && <InsecureBanner />}
      <div className="mb-6">
        <LanguageSwitch hideLegend />
      </div>
      <h1 className="mb-2 text-2xl font-semibold">{t('title')}</h1>
      <p className="mb-7 text-ink-soft">{t('intro')}</p>
      <AppProviders signedIn={false}>
        <SetupForm tokenRequired={tokenRequired} />
      </AppProviders>
    </>
  );
}
