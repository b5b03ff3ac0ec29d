import type { ReactNode } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import type { Severity } from '#server/domain/pair-sample.ts';
import { Mark } from './mark.tsx';
import { SEVERITY_LOOK } from './severity-table.ts';

export interface NoteProps {
  severity: Severity;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  role?: 'alert' | 'status';
  className?: string;
}

/** A banner that says what is so, in a sentence, with what to do beneath. */
export function Note({ severity, title, children, actions, role, className }: NoteProps) {
  const look = SEVERITY_LOOK[severity];
  return (
    <div role={role} className={classNames('rounded-lg border px-4 py-3', look.wash, look.edge, className)}>
      <div className="flex gap-3">
        <Mark shape={look.shape} size={18} className={classNames('mt-0.5', look.ink)} />
        <div className="min-w-0 flex-1 space-y-2">
          <div className="font-medium">{title}</div>
          {children}
          {actions && <div className="flex flex-wrap gap-2 pt-1">{actions}</div>}
        </div>
      </div>
    </div>
  );
}
