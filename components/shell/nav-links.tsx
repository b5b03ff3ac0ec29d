'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { classNames } from '#components/ui/class-names.ts';

const LINKS = [
  { href: '/', key: 'pairs', owns: (path: string) => path === '/' || path.startsWith('/pairs') },
  { href: '/servers', key: 'servers', owns: (path: string) => path.startsWith('/servers') },
  { href: '/operations', key: 'operations', owns: (path: string) => path.startsWith('/operations') },
] as const;

/** The three places of the console. */
export function NavLinks() {
  const t = useTranslations('shell');
  const path = usePathname();
  return (
    <nav aria-label={t('navigation')}>
      <ul className="flex gap-1">
        {LINKS.map((link) => (
          <li key={link.href}>
            <Link
              href={link.href}
              aria-current={link.owns(path) ? 'page' : undefined}
              className={classNames(
                'inline-flex min-h-9 items-center rounded-md px-2.5 text-sm font-medium hover:bg-sunken hover:text-ink',
                link.owns(path) ? 'bg-sunken text-ink' : 'text-ink-soft',
              )}
            >
              {t(link.key)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
