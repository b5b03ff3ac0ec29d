import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ConnectionBar } from '#components/live/connection-bar.tsx';
import { InsecureBanner } from './insecure-banner.tsx';
import { Logo } from './logo.tsx';
import { NavLinks } from './nav-links.tsx';
import { RunsPill } from './runs-pill.tsx';
import { UserMenu } from './user-menu.tsx';

export interface ConsoleShellProps {
  userName: string | null;
  insecure: boolean;
  children: ReactNode;
}

/** Frame of every page behind the sign-in. */
export function ConsoleShell({ userName, insecure, children }: ConsoleShellProps) {
  const t = useTranslations('shell');
  return (
    <>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-ink px-4 py-2 text-ink-inverse focus:translate-y-0"
      >
        {t('skip')}
      </a>
      <div className="sticky top-0 z-40">
        <header className="border-b border-line bg-surface">
          <div className="page flex min-h-14 flex-wrap items-center gap-x-6">
            <Link
              href="/"
              className="-ml-1 flex min-h-9 items-center gap-2 rounded px-1 font-semibold tracking-tight"
            >
              <Logo />
              Tandem
            </Link>
            <div className="max-sm:order-last max-sm:-mx-2 max-sm:w-full max-sm:pb-1.5">
              <NavLinks />
            </div>
            <div className="ml-auto flex min-h-14 items-center gap-2">
              <RunsPill />
              <UserMenu userName={userName} />
            </div>
          </div>
        </header>
        <ConnectionBar />
      </div>
      {insecure && <InsecureBanner />}
      <main id="content" tabIndex={-1} className="page flex-1 py-7 outline-none sm:py-10">
        {children}
      </main>
    </>
  );
}
