import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

type TitleKey = 'shell.pairs' | 'shell.servers' | 'shell.operations' | 'runbook.short';

/** Title of a page that is about one thing: its name, or the name of the section while it is not known. */
export async function pageTitle(section: TitleKey, name: () => Promise<string>): Promise<Metadata> {
  const t = await getTranslations();
  return { title: await name().catch(() => t(section)) };
}
