'use client';

import { useTranslations } from 'next-intl';
import { CommandBlock } from '#components/ui/command-block.tsx';
import type { PlanAction } from '#server/domain/plan.ts';
import { lineDiff, type DiffLine } from './line-diff.ts';

/** What will happen on a host, exactly: the command, the statement, the difference of a file. */
export function PlanActionBlock({ action }: { action: PlanAction }) {
  const t = useTranslations('plan.action');
  if (action.type === 'command') {
    const where = t('command', { server: action.server, user: action.runAs });
    return <Action where={where} text={action.line} />;
  }
  if (action.type === 'sql')
    return <Action where={t('sql', { server: action.server })} text={action.statement} />;
  if (action.type === 'move') {
    return <Action where={t('move', { server: action.server })} text={`mv ${action.from} ${action.to}`} />;
  }
  if (action.type === 'request') {
    return <Action where={t('request', { server: action.server })} text={`${action.method} ${action.url}`} />;
  }
  const where = t(action.before === null ? 'newFile' : 'file', {
    server: action.server,
    path: action.path,
    mode: action.mode,
  });
  return (
    <div className="min-w-0">
      <p className="mb-1 text-sm break-all text-ink-soft">{where}</p>
      <Diff lines={lineDiff(action.before, action.after)} label={where} />
    </div>
  );
}

function Action({ where, text }: { where: string; text: string }) {
  return (
    <div className="min-w-0">
      <p className="mb-1 text-sm text-ink-soft">{where}</p>
      <CommandBlock text={text} label={where} />
    </div>
  );
}

const SIGN = { same: ' ', removed: '−', added: '+', skipped: ' ' } as const satisfies Record<
  DiffLine['kind'],
  string
>;
const INK = {
  same: 'text-ink-soft',
  removed: 'text-ink-soft line-through decoration-1',
  added: 'font-semibold text-ink',
  skipped: 'text-ink-soft',
} as const satisfies Record<DiffLine['kind'], string>;

function Diff({ lines, label }: { lines: readonly DiffLine[]; label: string }) {
  return (
    <pre
      tabIndex={0}
      role="region"
      aria-label={label}
      className="overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 text-[0.8125rem] leading-relaxed"
    >
      {lines.map((line, index) => (
        <span key={index} className={`block ${INK[line.kind]}`}>
          <span className="mr-2 inline-block w-3 select-none">{SIGN[line.kind]}</span>
          {line.text}
        </span>
      ))}
    </pre>
  );
}
