'use client';

import { CopyButton } from './copy-button.tsx';

/** A command or text to take away: selectable, scrollable by keyboard, copied with one press. */
export function CommandBlock({
  text,
  label,
  wrap = false,
}: {
  text: string;
  label: string;
  /** Long lines are broken instead of scrolled. */
  wrap?: boolean;
}) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-sunken p-1 pl-3">
      <pre
        tabIndex={0}
        role="region"
        aria-label={label}
        className={`min-w-0 flex-1 py-1.5 text-[0.8125rem] leading-relaxed ${wrap ? 'wrap-anywhere whitespace-pre-wrap' : 'overflow-x-auto whitespace-pre'}`}
      >
        {text}
      </pre>
      <CopyButton text={text} what={label} />
    </div>
  );
}
