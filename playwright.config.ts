import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Without windows, toolbars and their own pages a visit takes two thirds of the processor time. */
const shell = '/usr/bin/chromium-headless-shell';
/** Debian's Chromium, unless TANDEM_CHROMIUM names another or is "bundled" (npx playwright install). */
const chromium = process.env['TANDEM_CHROMIUM'] ?? (existsSync(shell) ? shell : '/usr/bin/chromium');
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  // As the windowed browser measures text.
  '--font-render-hinting=none',
];
/** Journeys on practice hosts that are whole servers. */
const ON_WHOLE_SERVERS = '**/journeys/docker-*.spec.ts';
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig({
  testDir: 'e2e/browser',
  outputDir: '.cache/playwright',
  // A test that needs a second try is a broken test.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  forbidOnly: process.env['CI'] !== undefined,
  projects: [
    { name: 'pages', testIgnore: ON_WHOLE_SERVERS },
    // They need a container engine, so they belong to the stage of the containers.
    { name: 'whole-servers', testMatch: ON_WHOLE_SERVERS },
  ],
  use: {
    browserName: 'chromium',
    launchOptions: {
      ...(chromium === 'bundled' ? {} : { executablePath: chromium }),
      args: [...quiet, ...asRoot],
    },
    // Snapshots of the document show more than a film of it, which costs every test its drawing twice.
    trace: { mode: 'retain-on-failure', screenshots: false },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  },
});
