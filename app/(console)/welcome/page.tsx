import { ArrowRight } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import { openPage } from '#app/open-page.ts';
import { PageHeader } from '#components/ui/page-header.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('welcome'))('title') };
}

export default async function Page() {
  await openPage('/welcome');
  const t = await getTranslations('welcome');
  const doors = [
    { href: '/pairs/new?kind=adopt', title: t('adoptTitle'), text: t('adoptText'), note: t('recommended') },
    { href: '/pairs/new?kind=new-standby', title: t('standbyTitle'), text: t('standbyText'), note: null },
    { href: '/', title: t('lookTitle'), text: t('lookText'), note: null },
  ];
  return (
    <>
      <PageHeader title={t('title')}>{t('promise')}</PageHeader>
      <ul className="grid gap-4 md:grid-cols-3">
        {doors.map((door) => (
          <li
            key={door.href}
            className="relative rounded-xl border border-line bg-surface p-6 shadow-card hover:border-line-strong"
          >
            <p className="mb-3 min-h-5 text-sm text-ink-soft">{door.note}</p>
            <h2 className="text-lg leading-snug font-semibold">
              <Link href={door.href} className="after:absolute after:inset-0">
                {door.title}
              </Link>
            </h2>
            <p className="mt-2 text-ink-soft">{door.text}</p>
            <ArrowRight aria-hidden size={20} className="mt-6" />
          </li>
        ))}
      </ul>
    </>
  );
}
