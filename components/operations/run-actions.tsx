'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { TextArea } from '#components/ui/text-field.tsx';
import type { OperationView } from '#server/domain/operation-view.ts';

/** What a person may do with the run now; each button says its effect, each question what will happen. */
export function RunActions({ operation }: { operation: OperationView }) {
  const t = useTranslations('run');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = { onSettled: () => queryClient.invalidateQueries(trpc.operation.pathFilter()) };
  const cancel = useMutation(trpc.operation.cancel.mutationOptions(options));
  const retry = useMutation(trpc.operation.retry.mutationOptions(options));
  const undo = useMutation(trpc.operation.undo.mutationOptions(options));
  const close = useMutation(trpc.operation.close.mutationOptions(options));
  const [asking, setAsking] = useState<'cancel' | 'undo' | 'close' | null>(null);
  const { id, allowed } = operation;
  const failure = cancel.error ?? retry.error ?? undo.error ?? close.error;
  const done = { onSuccess: () => setAsking(null) };
  return (
    <>
      {allowed.retry && (
        <Button variant="primary" busy={retry.isPending} onClick={() => retry.mutate({ id })}>
          {t('retry')}
        </Button>
      )}
      {allowed.cancel && (
        <Button blocked={operation.cancelRequested} onClick={() => setAsking('cancel')}>
          {t('cancelAndUndo')}
        </Button>
      )}
      {allowed.undo && <Button onClick={() => setAsking('undo')}>{t('undo')}</Button>}
      {allowed.close && <Button onClick={() => setAsking('close')}>{t('close')}</Button>}
      {failure !== null && asking === null && <ProblemNote role="alert" problem={problemOf(failure)} />}
      <UndoDialog
        operation={operation}
        title={t('cancelTitle')}
        action={t('cancelAndUndo')}
        open={asking === 'cancel'}
        busy={cancel.isPending}
        failure={cancel.error}
        onClose={() => setAsking(null)}
        onGo={() => cancel.mutate({ id }, done)}
      />
      <UndoDialog
        operation={operation}
        title={t('undoTitle')}
        action={t('undo')}
        open={asking === 'undo'}
        busy={undo.isPending}
        failure={undo.error}
        onClose={() => setAsking(null)}
        onGo={() => undo.mutate({ id }, done)}
      />
      <CloseDialog
        open={asking === 'close'}
        busy={close.isPending}
        failure={close.error}
        onClose={() => setAsking(null)}
        onGo={(note) => close.mutate({ id, note }, done)}
      />
    </>
  );
}

interface AskProps {
  open: boolean;
  busy: boolean;
  failure: unknown;
  onClose: () => void;
}

function UndoDialog(
  props: AskProps & { operation: OperationView; title: string; action: string; onGo: () => void },
) {
  const t = useTranslations('run');
  const text = useText();
  const { steps } = props.operation;
  const doneSteps = props.operation.plan.steps.filter((_, index) =>
    ['done', 'running', 'verifying', 'failed'].includes(steps[index]?.state ?? ''),
  );
  const undone = doneSteps.filter((step) => step.undo !== null).toReversed();
  return (
    <ConfirmDialog {...props} cancel={t('keep')} onConfirm={props.onGo}>
      {undone.length === 0 ? (
        <p>{t('nothingToUndo')}</p>
      ) : (
        <>
          <p>{t('willBeUndone')}</p>
          <ol className="list-decimal space-y-1 pl-5">
            {undone.map((step) => step.undo !== null && <li key={step.name}>{text(step.undo)}</li>)}
          </ol>
        </>
      )}
    </ConfirmDialog>
  );
}

function CloseDialog(props: AskProps & { onGo: (note: string) => void }) {
  const t = useTranslations('run');
  const [note, setNote] = useState('');
  return (
    <ConfirmDialog
      {...props}
      title={t('closeTitle')}
      action={t('closeConfirm')}
      variant="secondary"
      blocked={note.trim() === ''}
      onConfirm={() => props.onGo(note)}
    >
      <p>{t('closeText')}</p>
      <TextArea
        label={t('closeNote')}
        rows={3}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
    </ConfirmDialog>
  );
}
