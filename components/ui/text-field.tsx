'use client';

import { Eye, EyeOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import {
  useId,
  useState,
  type InputHTMLAttributes,
  type ReactNode,
  type TextareaHTMLAttributes,
} from 'react';
import { classNames } from './class-names.ts';

export const INPUT_CLASS =
  'block w-full min-h-10 rounded-md border border-line-strong bg-surface px-3 py-2 text-base sm:text-[0.9375rem] ' +
  'text-ink placeholder:text-ink-soft aria-invalid:border-critical pointer-coarse:min-h-11';

interface FieldFrame {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
}

/** Label above, hint and error below, wired for assistive technology. */
export function Field(props: FieldFrame & { id: string; children: ReactNode }) {
  const t = useTranslations('common');
  const { id, label, hint, error, optional, children } = props;
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
        {optional === true && <span className="font-normal text-ink-soft"> ({t('optional')})</span>}
      </label>
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} className="text-sm text-critical">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-ink-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Ids of the texts that describe the field, for aria-describedby. */
export function describedBy(id: string, frame: Pick<FieldFrame, 'hint' | 'error'>): string | undefined {
  const ids = [frame.error !== undefined && `${id}-error`, frame.hint !== undefined && `${id}-hint`];
  const text = classNames(...ids);
  return text === '' ? undefined : text;
}

export function TextField({
  label,
  hint,
  error,
  optional,
  className,
  ...input
}: FieldFrame & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const frame = {
    id,
    label,
    ...(hint === undefined ? {} : { hint }),
    error,
    ...(optional === undefined ? {} : { optional }),
  };
  return (
    <Field {...frame}>
      <input
        {...input}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, { hint, error })}
        className={classNames(INPUT_CLASS, className)}
      />
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  optional,
  className,
  ...area
}: FieldFrame & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  const frame = {
    id,
    label,
    ...(hint === undefined ? {} : { hint }),
    error,
    ...(optional === undefined ? {} : { optional }),
  };
  return (
    <Field {...frame}>
      <textarea
        {...area}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, { hint, error })}
        className={classNames(INPUT_CLASS, className)}
      />
    </Field>
  );
}

/** A password that can be looked at instead of typed twice. */
export function PasswordField(props: Omit<Parameters<typeof TextField>[0], 'type'>) {
  const t = useTranslations('common');
  const id = useId();
  const [shown, setShown] = useState(false);
  const { label, hint, error, optional, className, ...input } = props;
  const frame = {
    id,
    label,
    ...(hint === undefined ? {} : { hint }),
    error,
    ...(optional === undefined ? {} : { optional }),
  };
  return (
    <Field {...frame}>
      <div className="relative">
        <input
          {...input}
          id={id}
          type={shown ? 'text' : 'password'}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={describedBy(id, { hint, error })}
          className={classNames(INPUT_CLASS, 'pr-12', className)}
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label={`${t('show')}: ${label}`}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-1 right-1 grid w-9 place-items-center rounded text-ink-soft hover:bg-sunken hover:text-ink"
        >
          {shown ? <EyeOff aria-hidden size={17} /> : <Eye aria-hidden size={17} />}
        </button>
      </div>
    </Field>
  );
}
