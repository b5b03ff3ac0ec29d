'use client';

import { useQuery } from '@tanstack/react-query';
import { Download, Printer } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { downloadText } from '#components/ui/download-text.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { RunbookBlock } from '#server/domain/runbook/blocks.ts';
import { runbookHtml, runbookMarkdown } from '#server/domain/runbook/render-runbook.ts';

/** What to do by hand when Tandem is gone, with this pair's own names; to read, print and take away. */
export function RunbookPage({ pairId }: { pairId: string }) {
  const t = useTranslations('runbook');
  const locale = useLocale();
  const runbook = useQuery(useTRPC().pair.runbook.queryOptions({ id: pairId }));
  return (
    <QueryStates title={t('short')} query={runbook} skeleton={<Skeleton className="h-96" />}>
      {({ pairName, blocks }) => (
        <>
          <PageHeader
            title={t('title', { name: pairName })}
            back={{ href: `/pairs/${pairId}`, label: t('back', { name: pairName }) }}
            actions={
              <>
                <Button onClick={() => downloadText(`${pairName}.md`, runbookMarkdown(blocks, locale))}>
                  <Download aria-hidden size={16} /> {t('markdown')}
                </Button>
                <Button onClick={() => downloadText(`${pairName}.html`, runbookHtml(blocks, locale))}>
                  <Printer aria-hidden size={16} /> {t('html')}
                </Button>
              </>
            }
          >
            {t('lead')}
          </PageHeader>
          <article className="max-w-3xl space-y-4">
            {/* The order never changes within one reading. */}
            {blocks.slice(1).map((block, i) => (
              <Block key={i} block={block} />
            ))}
          </article>
        </>
      )}
    </QueryStates>
  );
}

function Block({ block }: { block: RunbookBlock }) {
  const text = useText();
  const t = useTranslations('runbook');
  switch (block.type) {
    case 'heading':
      return block.level === 3 ? (
        <h3 className="pt-2 font-semibold">{text(block.text)}</h3>
      ) : (
        <h2 className="border-t border-line pt-6 text-lg font-semibold">{text(block.text)}</h2>
      );
    case 'text':
      return <p>{text(block.text)}</p>;
    case 'list':
      return (
        <ul className="list-disc space-y-1 pl-5 wrap-anywhere">
          {block.items.map((item) => (
            <li key={item.en}>{text(item)}</li>
          ))}
        </ul>
      );
    case 'table':
      return (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={t('table')}>
          <table className="w-full text-left text-sm">
            <thead className="text-ink-soft">
              <tr>
                {block.head.map((cell) => (
                  <th key={cell.en} scope="col" className="py-1 pr-4 font-medium">
                    {text(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr key={row[0]} className="border-t border-line align-top">
                  {row.map((cell, i) => (
                    <td key={i} className="py-2 pr-4">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'command':
      return (
        <div>
          <p className="mb-1 text-sm">
            <strong className="font-semibold">{block.on.server}</strong>{' '}
            <code className="text-ink-soft">{block.on.ssh}</code>
          </p>
          <CommandBlock
            text={block.line}
            wrap
            label={t('commandOn', { server: block.on.server, id: block.id })}
          />
          {block.expect !== null && (
            <p className="mt-1 text-sm text-ink-soft">{t('expect', { what: text(block.expect) })}</p>
          )}
        </div>
      );
  }
}
