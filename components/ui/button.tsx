import Link from 'next/link';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classNames } from './class-names.ts';

const BASE =
  'inline-flex min-h-9 items-center justify-center gap-2 rounded-md px-3.5 py-1.5 text-sm font-medium leading-5 ' +
  'transition-colors duration-100 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 pointer-coarse:min-h-11';

const VARIANTS = {
  primary: 'bg-ink text-ink-inverse hover:bg-ink/85',
  secondary: 'border border-line-strong/60 bg-surface text-ink hover:border-line-strong hover:bg-sunken',
  quiet: 'text-ink-soft hover:bg-sunken hover:text-ink',
  danger: 'border border-critical bg-surface text-critical hover:bg-critical-wash',
} as const;
export type ButtonVariant = keyof typeof VARIANTS;

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  variant?: ButtonVariant;
  /** Shown while the action is on its way; the button stays focusable. */
  busy?: boolean;
  /** Stays focusable and keeps its name; say the reason beside it. */
  blocked?: boolean;
}

/** A button that is never unfocusable: when it may not act it says so through aria-disabled. */
export function Button({
  variant = 'secondary',
  busy,
  blocked,
  className,
  onClick,
  type,
  ...rest
}: ButtonProps) {
  const stopped = busy === true || blocked === true;
  return (
    <button
      {...rest}
      type={type ?? 'button'}
      aria-disabled={stopped || undefined}
      aria-busy={busy === true || undefined}
      className={classNames(BASE, VARIANTS[variant], className)}
      onClick={(event) => {
        if (stopped) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}

/** A link that looks like a button. */
export function ButtonLink(props: {
  href: string;
  variant?: ButtonVariant;
  className?: string;
  children: ReactNode;
}) {
  const { href, variant = 'secondary', className, children } = props;
  return (
    <Link href={href} className={classNames(BASE, VARIANTS[variant], className)}>
      {children}
    </Link>
  );
}
