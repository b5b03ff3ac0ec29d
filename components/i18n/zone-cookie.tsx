'use client';

import { useRouter } from 'next/navigation';
import { useTimeZone } from 'next-intl';
import { useEffect } from 'react';
import { ZONE_COOKIE } from './locales.ts';
import { storePreference } from './preference-cookie.ts';

/** Tells the server the browser's zone once, so that both write the same times. */
export function ZoneCookie() {
  const router = useRouter();
  const served = useTimeZone();
  useEffect(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone === served) return;
    storePreference(ZONE_COOKIE, zone);
    router.refresh();
  }, [router, served]);
  return null;
}
