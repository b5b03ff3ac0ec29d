'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { Card } from '#components/ui/card.tsx';
import { CHECK_ROWS } from '#server/domain/server-check.ts';
import { CheckItem } from './check-item.tsx';
import type { CheckListProps } from './check-list-props.ts';
import { CHECK_LOOK } from './check-table.ts';

/** Each step of the way to the server, live; when all is said, the first that asks something gets the focus. */
export function CheckList(props: CheckListProps) {
  const { server, checking, focusOnOpen } = props;
  const t = useTranslations('check');
  const heading = useRef<HTMLHeadingElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const wasChecking = useRef(checking);
  useEffect(() => {
    if (focusOnOpen) heading.current?.focus();
  }, [focusOnOpen]);
  useEffect(() => {
    if (wasChecking.current && !checking) list.current?.querySelector<HTMLElement>('[data-asks]')?.focus();
    wasChecking.current = checking;
  }, [checking]);
  const settled = CHECK_ROWS.filter(
    (row) => CHECK_LOOK[server.checks[row]?.state ?? 'pending'].settled,
  ).length;
  const asks = CHECK_ROWS.filter((row) => CHECK_LOOK[server.checks[row]?.state ?? 'pending'].asks).length;
  return (
    <section aria-labelledby="checks">
      <h2 id="checks" ref={heading} tabIndex={-1} className="mb-3 text-base font-semibold">
        {t('title')}
      </h2>
      <p role="status" className="sr-only">
        {checking ? t('progress', { done: settled, total: CHECK_ROWS.length }) : t('ended', { asks })}
      </p>
      <Card>
        <ol ref={list} className="divide-y divide-line">
          {CHECK_ROWS.map((row) => (
            <CheckItem key={row} row={row} {...props} />
          ))}
        </ol>
      </Card>
    </section>
  );
}
