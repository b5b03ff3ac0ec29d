import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { Logo } from '#components/shell/logo.tsx';

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('auth');
  return (
    <div className="flex min-h-dvh flex-col">
      <main className="mx-auto flex w-full max-w-[26rem] flex-1 flex-col justify-center px-5 py-10">
        <div className="mb-8 flex items-center gap-3">
          <Logo size={30} />
          <div className="leading-tight">
            <p className="text-lg font-semibold tracking-tight">Tandem</p>
            <p className="text-sm text-ink-soft">{t('tagline')}</p>
          </div>
        </div>
        {children}
      </main>
    </div>
  );
}
