'use client';

import { usePathname, useSearchParams } from 'next/navigation';

/**
 * A choice that lives in the address, so that reload, link and back button keep it. Changes without
 * asking the server again.
 */
export function useUrlState(name: string): [string | null, (value: string | null) => void] {
  const search = useSearchParams();
  const path = usePathname();
  const set = (value: string | null) => {
    const next = new URLSearchParams(window.location.search);
    if (value === null) next.delete(name);
    else next.set(name, value);
    const query = next.toString();
    window.history.replaceState(null, '', query === '' ? path : `${path}?${query}`);
  };
  return [search.get(name), set];
}
