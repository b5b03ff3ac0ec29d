'use client';

import { CopyButton } from './copy-button.tsx';

/** A command or text to take away: selectable, scrollable by keyboard, copied with one press. */
export function CommandBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-sunken p-1 pl-3">
      <pre
        tabIndex={0}
        role="region"
        aria-label={label}
        className="min-w-0 flex-1 overflow-x-auto py-1.5 text-[0.8125rem] leading-relaxed whitespace-pre"
      >
        {text}
      </pre>
      <CopyButton text={text} what={label} />
    </div>
  );
}
