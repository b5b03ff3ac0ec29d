import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A surface that groups what belongs together. */
export function Card({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div className={classNames('rounded-lg border border-line bg-surface shadow-card', className)}>
      {children}
    </div>
  );
}
