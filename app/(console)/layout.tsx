import type { ReactNode } from 'react';
import { ConsoleShell } from '#components/shell/console-shell.tsx';
import { AppProviders } from '#components/trpc/app-providers.tsx';

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return (
    <AppProviders>
      <ConsoleShell userName={null} insecure={false}>
        {children}
      </ConsoleShell>
    </AppProviders>
  );
}
