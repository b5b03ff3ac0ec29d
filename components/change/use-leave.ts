'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';

/** Leaving without a start: Escape and Cancel lead back to the pair; what was typed is asked about first. */
export function useLeave(pairId: string, typed: boolean) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const go = () => router.push(`/pairs/${pairId}`);
  const leave = () => (typed ? setAsking(true) : go());
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // The question and the menus of the shell have an Escape of their own.
      const elsewhere = document.querySelector('dialog[open], header [aria-expanded="true"]') !== null;
      if (event.key !== 'Escape' || event.defaultPrevented || elsewhere) return;
      // Else the same press would close the question that it opens.
      event.preventDefault();
      if (typed) setAsking(true);
      else router.push(`/pairs/${pairId}`);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [router, pairId, typed]);
  return { leave, go, asking, stay: () => setAsking(false) };
}
