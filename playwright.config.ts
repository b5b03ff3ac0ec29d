import { defineConfig } from '@playwright/test';

/** Debian's Chromium, unless TANDEM_CHROMIUM names another or is "bundled" (npx playwright install). */
const chromium = process.env['TANDEM_CHROMIUM'] ?? '/usr/bin/chromium';
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig({
  testDir: 'e2e/browser',
  outputDir: '.cache/playwright',
  // A test that needs a second try is a broken test.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  forbidOnly: process.env['CI'] !== undefined,
  use: {
    browserName: 'chromium',
    launchOptions: {
      ...(chromium === 'bundled' ? {} : { executablePath: chromium }),
      args: [...quiet, ...asRoot],
    },
    trace: 'retain-on-failure',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  },
});
