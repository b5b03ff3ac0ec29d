'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { sudoersFor } from '#server/domain/sudoers.ts';
import type { ServerView } from '#server/services/services.ts';

/** The least that sudo must allow, as a file to take away, with what it amounts to. */
export function SudoRights({ server }: { server: ServerView }) {
  const t = useTranslations('servers');
  const text = useText();
  const { username, facts, name } = server;
  if (facts === null || username === 'root') return null;
  const advice = sudoersFor({ serverName: name, loginUser: username, instances: facts.instances });
  return (
    <details className="group">
      <summary className="cursor-pointer text-base font-semibold">
        {t('sudoTitle', { user: username })}
      </summary>
      <div className="mt-3 space-y-3">
        <p className="text-sm text-ink-soft">
          {t(advice.file === null ? 'sudoNone' : 'sudoText', { user: username })}
        </p>
        {advice.file !== null && <CommandBlock text={advice.file} label="/etc/sudoers.d/tandem" />}
        <ul className="list-disc space-y-1 pl-5 text-sm text-ink-soft">
          {advice.remarks.map((remark) => (
            <li key={remark.en}>{text(remark)}</li>
          ))}
        </ul>
      </div>
    </details>
  );
}
