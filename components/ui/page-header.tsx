import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';

export interface PageHeaderProps {
  title: ReactNode;
  back?: { href: string; label: string };
  caption?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

/** Heading of a page with the way back, a caption above and a sentence below. */
export function PageHeader({ title, back, caption, children, actions }: PageHeaderProps) {
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4 sm:mb-8">
      <div className="min-w-0 max-w-3xl">
        {back && (
          <Link
            href={back.href}
            className="-ml-1 mb-2 inline-flex min-h-6 items-center gap-1.5 rounded px-1 text-sm text-ink-soft hover:text-ink"
          >
            <ArrowLeft aria-hidden size={15} />
            {back.label}
          </Link>
        )}
        {caption && <p className="mb-1 text-sm text-ink-soft">{caption}</p>}
        <h1 className="text-[1.625rem] leading-tight font-semibold">{title}</h1>
        {children && <div className="mt-2 text-ink-soft">{children}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}
