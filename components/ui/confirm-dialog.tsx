'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ProblemNote } from '#components/status/problem-note.tsx';
import { problemOf } from '#components/trpc/problem-of.ts';
import { Button, type ButtonVariant } from './button.tsx';
import { Dialog } from './dialog.tsx';

export interface ConfirmDialogProps {
  open: boolean;
  title: string;
  /** What will happen, named: never "OK". */
  action: string;
  /** `danger` unless nothing can be lost by it. */
  variant?: ButtonVariant;
  /** "Cancel" where it could not be mistaken for an effect. */
  cancel?: string;
  busy: boolean;
  blocked?: boolean;
  /** Why it did not work the last time; null = it was not tried, or is on its way. */
  failure: unknown;
  onClose: () => void;
  onConfirm: () => void;
  children: ReactNode;
}

/** Asks before something acts, and stays open with the reason when it was refused. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, action, variant = 'danger', busy, blocked, failure, onClose, onConfirm } = props;
  const t = useTranslations('common');
  return (
    <Dialog
      open={props.open}
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{props.cancel ?? t('cancel')}</Button>
          <Button variant={variant} busy={busy} blocked={blocked === true} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      {props.children}
      {failure !== null && <ProblemNote role="alert" problem={problemOf(failure)} />}
    </Dialog>
  );
}
