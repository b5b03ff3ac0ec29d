'use client';

import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { Mark } from '#components/status/mark.tsx';
import { Button } from '#components/ui/button.tsx';
import { CommandBlock } from '#components/ui/command-block.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { CheckResult, CheckRow } from '#server/domain/server-check.ts';
import type { CheckListProps } from './check-list-props.ts';
import { CHECK_LOOK } from './check-table.ts';
import { HostKeyApproval } from './host-key-approval.tsx';
import { KeyInstall } from './key-install.tsx';

const PENDING: CheckResult = {
  state: 'pending',
  value: null,
  data: {},
  problem: null,
  command: null,
  durationMs: null,
  checkedAtMs: null,
};

/** One check: what was found or what is wrong, the one command that cures it, and its own retry. */
export function CheckItem({
  row,
  server,
  checking,
  onRetry,
  onApprove,
  approving,
}: CheckListProps & { row: CheckRow }) {
  const t = useTranslations('check');
  const text = useText();
  const format = useFormat();
  const result = server.checks[row] ?? PENDING;
  const look = CHECK_LOOK[result.state];
  const approval = row === 'host-key' && server.offeredHostKey !== null && look.asks;
  return (
    <li
      className="px-4 py-3"
      tabIndex={look.asks ? -1 : undefined}
      data-asks={look.asks ? '' : undefined}
      data-testid={`check-${row}`}
    >
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <Mark shape={look.shape} size={18} className={`mt-0.5 ${look.ink}`} />
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <span className="font-medium">{t(`row.${row}`)}</span>
            <span className={`text-sm ${look.ink}`}>{t(`state.${result.state}`)}</span>
          </p>
          {result.value !== null && <p className="text-sm break-words text-ink-soft">{text(result.value)}</p>}
        </div>
        <div className="flex items-center gap-3 text-sm text-ink-soft tabular-nums">
          {result.durationMs !== null && result.state !== 'running' && (
            <span className="max-sm:hidden">{format.ms(result.durationMs)}</span>
          )}
          {look.settled && (
            <Button variant="quiet" className="-my-1.5 px-2" busy={checking} onClick={() => onRetry(row)}>
              {t('retry')}
              <span className="sr-only">: {t(`row.${row}`)}</span>
            </Button>
          )}
        </div>
      </div>
      {(result.problem !== null || approval) && (
        <div className="mt-3 space-y-3 sm:pl-[1.875rem]">
          {result.problem !== null && <CheckProblem result={result} />}
          {approval && server.offeredHostKey !== null && (
            <HostKeyApproval
              server={server}
              offered={server.offeredHostKey}
              onApprove={onApprove}
              busy={approving}
            />
          )}
          {row === 'login' && result.state === 'failed' && <KeyInstall server={server} />}
        </div>
      )}
    </li>
  );
}

function CheckProblem({ result }: { result: CheckResult }) {
  const t = useTranslations('check');
  const tErrors = useTranslations('errors');
  const { problem, command } = result;
  if (problem === null) return null;
  return (
    <div className="space-y-2">
      <p className="font-medium">{tErrors(problem.code)}</p>
      <p className="text-sm text-ink-soft">{problem.message}</p>
      {problem.detail !== undefined && <p className="text-sm break-words text-ink-soft">{problem.detail}</p>}
      {command === null ? (
        problem.hint !== undefined && <p className="text-sm">{problem.hint}</p>
      ) : (
        <>
          <p className="text-sm">{t('runThis')}</p>
          <CommandBlock text={command} label={t('command')} />
        </>
      )}
    </div>
  );
}
