import type { ReactNode } from 'react';
import { ConsoleShell } from '#components/shell/console-shell.tsx';
import { AppProviders } from '#components/trpc/app-providers.tsx';
import { pageContext } from '#server/web/caller.ts';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { session, insecure } = await pageContext();
  return (
    <AppProviders signedIn={session !== null}>
      <ConsoleShell userName={session?.name ?? null} insecure={insecure}>
        {children}
      </ConsoleShell>
    </AppProviders>
  );
}
