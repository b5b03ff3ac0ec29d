'use client';

import { useLocale } from 'next-intl';
import type { Text } from '#server/domain/plan.ts';

/** Picks the reader's language of a sentence that the server wrote in both. */
export function useText(): (text: Text) => string {
  const locale = useLocale();
  return (text) => text[locale];
}
