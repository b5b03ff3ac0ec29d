'use client';

import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { Note } from '#components/status/note.tsx';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import type { ServerView } from '#server/services/services.ts';

export interface HostKeyApprovalProps {
  server: ServerView;
  offered: { type: string; fingerprint: string };
  onApprove: (fingerprint: string) => void;
  busy: boolean;
}

/** The person compares and decides; a changed key is never taken with one press. */
export function HostKeyApproval({ server, offered, onApprove, busy }: HostKeyApprovalProps) {
  const t = useTranslations('hostKey');
  const tickId = useId();
  const [ticked, setTicked] = useState(false);
  const changed = server.hostKey !== null && server.hostKey.fingerprint !== offered.fingerprint;
  return (
    <div className="space-y-3">
      {changed && (
        <Note severity="critical" title={t('changedTitle', { server: server.name })}>
          <p className="text-sm">{t('changedText')}</p>
        </Note>
      )}
      {!changed && <p className="font-medium">{t('question', { server: server.name })}</p>}
      <dl className="space-y-2 text-sm">
        {changed && server.hostKey !== null && (
          <Fingerprint
            name={t('approved')}
            type={server.hostKey.type}
            fingerprint={server.hostKey.fingerprint}
          />
        )}
        <Fingerprint
          name={changed ? t('offeredNow') : t('offered')}
          type={offered.type}
          fingerprint={offered.fingerprint}
        />
      </dl>
      <p className="text-sm text-ink-soft">{t('compare')}</p>
      <CommandBlock
        text="for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done"
        label={t('compareCommand')}
      />
      {changed && (
        <label htmlFor={tickId} className="flex items-start gap-2.5 text-sm">
          <input
            id={tickId}
            type="checkbox"
            checked={ticked}
            onChange={(event) => setTicked(event.target.checked)}
            className="mt-0.5 size-5 accent-ink"
          />
          {t('changedTick', { server: server.name })}
        </label>
      )}
      <Button
        variant={changed ? 'danger' : 'primary'}
        busy={busy}
        blocked={changed && !ticked}
        onClick={() => onApprove(offered.fingerprint)}
      >
        {changed ? t('trustNew') : t('approve', { server: server.name })}
      </Button>
    </div>
  );
}

function Fingerprint({ name, type, fingerprint }: { name: string; type: string; fingerprint: string }) {
  return (
    <div>
      <dt className="text-ink-soft">
        {name} ({type})
      </dt>
      <dd className="flex items-start gap-1">
        <code className="break-all">{fingerprint}</code>
        <CopyButton text={fingerprint} what={name} />
      </dd>
    </div>
  );
}
