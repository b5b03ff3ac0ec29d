import type { InputHTMLAttributes, ReactNode } from 'react';
import { classNames } from './class-names.ts';

export interface ChoiceCardProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'title' | 'type'> {
  title: ReactNode;
  text?: ReactNode;
}

/** One of several ways, as a radio button with room to explain itself. */
export function ChoiceCard({ title, text, className, ...input }: ChoiceCardProps) {
  return (
    <label
      className={classNames(
        'flex cursor-pointer gap-3 rounded-lg border border-line-strong/60 bg-surface px-4 py-3 hover:border-line-strong',
        'has-checked:border-ink has-checked:ring-1 has-checked:ring-ink has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
        'has-disabled:cursor-not-allowed has-disabled:bg-sunken has-disabled:text-ink-soft',
        className,
      )}
    >
      <input {...input} type="radio" className="mt-1 size-4 shrink-0 accent-ink outline-none" />
      <span className="min-w-0">
        <span className="block font-medium">{title}</span>
        {text !== undefined && <span className="block text-sm text-ink-soft">{text}</span>}
      </span>
    </label>
  );
}
