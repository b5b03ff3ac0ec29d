'use client';

import { Check, Copy } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { copyText } from './copy-text.ts';

/** Copies `text`; `what` names it for people who do not see the icon. */
export function CopyButton({ text, what, withLabel }: { text: string; what: string; withLabel?: boolean }) {
  const t = useTranslations('common');
  const [copied, setCopied] = useState(false);
  const label = copied ? t('copied') : t('copy');
  return (
    <button
      type="button"
      aria-label={`${label}: ${what}`}
      title={label}
      className="inline-flex size-auto min-h-6 min-w-6 shrink-0 items-center justify-center gap-1.5 rounded px-1 text-ink-soft hover:bg-sunken hover:text-ink"
      onClick={() => {
        void copyText(text).then((done) => {
          setCopied(done);
          setTimeout(() => setCopied(false), 2_000);
        });
      }}
    >
      {copied ? <Check aria-hidden size={14} /> : <Copy aria-hidden size={14} />}
      {withLabel === true && <span className="text-sm">{label}</span>}
      <span role="status" className="sr-only">
        {copied ? t('copied') : ''}
      </span>
    </button>
  );
}
