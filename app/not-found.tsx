import Link from 'next/link';
import { getTranslations } from 'next-intl/server';

export default async function NotFound() {
  const t = await getTranslations('shell');
  return (
    <main className="page py-20">
      <h1 className="text-2xl font-semibold">{t('notFoundTitle')}</h1>
      <p className="mt-2 text-ink-soft">{t('notFoundText')}</p>
      <p className="mt-6">
        <Link className="link" href="/">
          {t('toPairs')}
        </Link>
      </p>
    </main>
  );
}
