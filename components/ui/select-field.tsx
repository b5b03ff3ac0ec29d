'use client';

import { useId, type ReactNode, type SelectHTMLAttributes } from 'react';
import { classNames } from './class-names.ts';
import { describedBy, Field, INPUT_CLASS } from './text-field.tsx';

export interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
}

/** The browser's own list: works by keyboard, on phones and with every reader. */
export function SelectField({
  label,
  hint,
  error,
  optional,
  className,
  children,
  ...select
}: SelectFieldProps) {
  const id = useId();
  return (
    <Field
      id={id}
      label={label}
      error={error}
      {...(hint === undefined ? {} : { hint })}
      {...(optional === undefined ? {} : { optional })}
    >
      <select
        {...select}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, { hint, error })}
        className={classNames(INPUT_CLASS, className)}
      >
        {children}
      </select>
    </Field>
  );
}
