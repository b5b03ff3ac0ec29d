'use client';

import { ChevronDown } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Note } from '#components/status/note.tsx';
import { Card } from '#components/ui/card.tsx';
import { classNames } from '#components/ui/class-names.ts';
import { RoleBadge } from '#components/ui/role-badge.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { NodeSample, ReachableNodeSample, UnreachableNodeSample } from '#server/domain/node-sample.ts';
import type { NodeView } from '#server/services/services.ts';
import { serverVersion } from './server-version.ts';

/** One server of the pair: by role, with its lasting name, and what it says of itself. */
export function NodeCard({ node, sample, old }: { node: NodeView; sample: NodeSample | null; old: boolean }) {
  const t = useTranslations('pair.node');
  return (
    <Card className={classNames('p-4 sm:p-5', old && 'hatched')}>
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="text-base font-semibold wrap-anywhere">
          <Link href={`/servers/${node.serverId}`} className="hover:underline">
            {node.serverName}
          </Link>
        </h3>
        <RoleBadge role={node.role} inRecovery={sample?.reachable === true ? sample.inRecovery : undefined} />
      </div>
      {sample !== null && !sample.reachable && <Unreachable node={node} sample={sample} />}
      {sample?.reachable === true && <NodeFacts sample={sample} role={node.role} />}
      <details className="group mt-3">
        <summary className="inline-flex min-h-6 list-none items-center gap-1 rounded text-sm text-ink-soft hover:text-ink">
          <ChevronDown
            aria-hidden
            size={15}
            className="-rotate-90 transition-transform group-open:rotate-0"
          />
          {t('moreFacts')}
        </summary>
        <dl className="mt-2 grid gap-y-1.5 text-sm">
          <Fact name={t('address')}>
            <code className="break-all">
              {node.host}:{node.port}
            </code>
          </Fact>
          <Fact name={t('data')}>
            <code className="break-all">{node.dataDirectory}</code>
          </Fact>
          {sample?.reachable === true && <MoreFacts sample={sample} />}
        </dl>
      </details>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(8rem,2fr)_3fr] gap-x-3">
      <dt className="text-ink-soft">{name}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </div>
  );
}

function Unreachable({ node, sample }: { node: NodeView; sample: UnreachableNodeSample }) {
  const t = useTranslations('pair.hop');
  const key = sample.hop === 'timeout' && sample.hostAnswers ? 'timeoutHost' : sample.hop;
  return (
    <Note severity="high" title={t(key, { server: node.serverName })}>
      <p className="text-sm break-words text-ink-soft">{sample.detail}</p>
    </Note>
  );
}

function NodeFacts({ sample, role }: { sample: ReachableNodeSample; role: NodeView['role'] }) {
  const t = useTranslations('pair.node');
  const format = useFormat();
  const since = (atMs: number | null) =>
    atMs === null ? '–' : t('ago', { time: format.ms(Math.max(0, sample.serverTimeMs - atMs)) });
  const sender = sample.senders[0];
  return (
    <dl className="grid gap-y-1.5 text-sm">
      <Fact name={t('version')}>{serverVersion(sample.serverVersionNum)}</Fact>
      <Fact name={t('timeline')}>{sample.timeline}</Fact>
      <Fact name={t('uptime')}>{format.ms(sample.serverTimeMs - sample.startedAtMs)}</Fact>
      <Fact name={t('connections')}>
        {t('connectionsOf', {
          used: format.count(sample.connections),
          max: format.count(sample.maxConnections),
        })}
      </Fact>
      {role === 'primary' ? (
        <>
          <Fact name={t('sync')}>
            {sender === undefined ? t('syncNone') : `${sender.state}, ${sender.syncState}`}
          </Fact>
          <Fact name={t('checkpoint')}>{since(sample.lastCheckpointAtMs)}</Fact>
        </>
      ) : (
        <>
          <Fact name={t('receiver')}>{sample.receiver?.status ?? t('receiverNone')}</Fact>
          <Fact name={t('lastCommit')}>{since(sample.lastReplayedCommitAtMs)}</Fact>
        </>
      )}
      {sample.replayPaused && <Fact name={t('paused')}>✓</Fact>}
    </dl>
  );
}

function MoreFacts({ sample }: { sample: ReachableNodeSample }) {
  const t = useTranslations('pair.node');
  const format = useFormat();
  return (
    <>
      <Fact name={t('size')}>{format.bytes(sample.databaseBytes)}</Fact>
      <Fact name={t('clock')}>{format.signedMs(sample.serverTimeMs - sample.takenAtMs)}</Fact>
      <Fact name={t('roundTrip')}>{format.ms(sample.roundTripMs)}</Fact>
      {sample.slots.map((slot) => (
        <Fact key={slot.name} name={t('slot')}>
          {format.bytes(slot.retainedBytes)} <code className="break-all text-ink-soft">{slot.name}</code>
        </Fact>
      ))}
    </>
  );
}
