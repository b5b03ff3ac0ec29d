'use client';

import { useTranslations } from 'next-intl';
import { Mark } from '#components/status/mark.tsx';
import type { MarkShape } from '#components/status/severity-table.ts';
import type { ServerView } from '#server/services/services.ts';

type Summary = 'verified' | 'unverified' | 'approval' | 'failed' | 'changed';

const LOOK = {
  verified: { shape: 'tick', ink: 'text-ink-soft' },
  unverified: { shape: 'dashed', ink: 'text-ink-soft' },
  approval: { shape: 'info', ink: 'text-info' },
  failed: { shape: 'triangle', ink: 'text-high' },
  changed: { shape: 'octagon', ink: 'text-critical' },
} as const satisfies Record<Summary, { shape: MarkShape; ink: string }>;

function summaryOf(server: ServerView): Summary {
  const results = Object.values(server.checks);
  if (server.checks['host-key']?.problem?.code === 'HOST_KEY_CHANGED') return 'changed';
  if (results.some((result) => result.state === 'approval-needed')) return 'approval';
  if (results.some((result) => result.state === 'failed')) return 'failed';
  return server.status === 'verified' ? 'verified' : 'unverified';
}

/** A server's standing in one word. */
export function ServerStatus({ server }: { server: ServerView }) {
  const t = useTranslations('servers.status');
  const summary = summaryOf(server);
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium ${LOOK[summary].ink}`}>
      <Mark shape={LOOK[summary].shape} />
      {t(summary)}
    </span>
  );
}
