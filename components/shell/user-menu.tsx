'use client';

import { CircleUserRound } from 'lucide-react';
import Link from 'next/link';
import { useTimeZone, useTranslations } from 'next-intl';
import { useState } from 'react';
import { signOut } from '#components/auth/auth-requests.ts';
import { Button } from '#components/ui/button.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** Language, theme, zone and the way out, behind one button: a popover, so Escape closes it. */
export function UserMenu({ userName }: { userName: string | null }) {
  const t = useTranslations('shell');
  const zone = useTimeZone();
  const [leaving, setLeaving] = useState(false);
  return (
    <>
      <button
        type="button"
        popoverTarget="user-menu"
        aria-label={t('menu')}
        className="grid size-9 place-items-center rounded-md text-ink-soft hover:bg-sunken hover:text-ink [anchor-name:--user-menu]"
      >
        <CircleUserRound aria-hidden size={20} strokeWidth={1.75} />
      </button>
      <div
        id="user-menu"
        popover="auto"
        className="fixed inset-auto top-14 right-4 m-0 w-72 [position-anchor:--user-menu] supports-[top:anchor(bottom)]:top-[calc(anchor(bottom)+0.375rem)] supports-[top:anchor(bottom)]:right-[anchor(right)] max-w-[calc(100vw-2rem)] space-y-4 rounded-lg border border-line bg-raised p-4 text-ink shadow-float"
      >
        {userName !== null && (
          <p className="text-sm">
            <span className="text-ink-soft">{t('signedInAs')}</span>{' '}
            <strong className="font-medium">{userName}</strong>
          </p>
        )}
        {userName !== null && <MenuLinks />}
        <LanguageSwitch />
        <ThemeSwitch />
        <p className="text-sm text-ink-soft">{t('zone', { zone: zone ?? 'UTC' })}</p>
        <Button
          className="w-full"
          busy={leaving}
          onClick={() => {
            setLeaving(true);
            void signOut().finally(() => location.assign('/sign-in'));
          }}
        >
          {t('signOut')}
        </Button>
      </div>
    </>
  );
}

const LINKS = [
  { href: '/profile', key: 'profile' },
  { href: '/audit', key: 'audit' },
] as const;

/** Pages about people; a click also closes the menu, which the browser does not do by itself. */
function MenuLinks() {
  const t = useTranslations('shell');
  return (
    <ul className="-mx-2">
      {LINKS.map((link) => (
        <li key={link.href}>
          <Link
            href={link.href}
            className="flex min-h-9 items-center rounded-md px-2 text-sm hover:bg-sunken"
            onClick={() => document.getElementById('user-menu')?.hidePopover()}
          >
            {t(link.key)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
