import { expect, type Page } from '@playwright/test';
import { lackingOnLoopback } from '#e2e/lab/lab-kind.ts';
import { startPracticeConsole, type PracticeConsole } from '#e2e/fixtures/practice-console.ts';
import { test } from '#e2e/fixtures/listening-page.ts';

let console_: PracticeConsole;

/** The wizard proposes the primary's own directory and port, which a neighbour on loopback has already. */
const lacking = lackingOnLoopback('the wizard as it proposes');
test.skip(lacking !== null, lacking ?? undefined);

test.beforeAll(async () => {
  test.setTimeout(180_000);
  console_ = await startPracticeConsole(40);
});
test.afterAll(async () => {
  test.setTimeout(60_000);
  await console_.stop();
});

/** Add a server with a key that exists, compare and approve its host key, wait for the checklist. */
async function addServer(page: Page, name: string): Promise<void> {
  const host = console_.lab.host(name);
  await page.goto(`${console_.tandem.url}/servers/new`);
  await page.getByRole('textbox', { name: 'Address' }).fill(`${host.user}@${host.address}:${host.sshPort}`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('radio', { name: /With a key that exists/ }).check();
  await page.getByRole('textbox', { name: 'Private key' }).fill(console_.lab.loginKey.privateKey);
  await page.getByRole('button', { name: 'Save and check' }).click();
  await page.getByRole('button', { name: /^Yes, this is/ }).click({ timeout: 30_000 });
  await expect(page.getByText('Verified', { exact: true })).toBeVisible({ timeout: 40_000 });
}

test('a stranger builds a standby although the worker dies on the way, and sees it live', async ({
  page,
}) => {
  test.setTimeout(240_000);
  await page.goto(console_.tandem.url);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
  await page.getByRole('textbox', { name: /e-mail/i }).fill('ada@example.org');
  await page.locator('input[type=password]').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await expect(page.getByRole('heading', { name: 'What do you have?' })).toBeVisible({ timeout: 20_000 });

  await addServer(page, 'db1');
  await addServer(page, 'db2');

  await page.goto(`${console_.tandem.url}/pairs/new`);
  await page.getByRole('radio', { name: /Add a standby to a running server/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page
    .getByRole('group', { name: /^Primary/ })
    .getByRole('radio', { name: /db1/ })
    .check();
  await page
    .getByRole('group', { name: /^Standby/ })
    .getByRole('radio', { name: /db2/ })
    .check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Copy slowly').click();
  await page.getByRole('textbox', { name: /Limit of the copy/ }).fill('8');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('radio', { name: /read-only while a standby is attached/ })).toBeChecked();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: /Name of the pair/ }).fill('shop');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Set up db2 as standby of db1' }).click({ timeout: 60_000 });

  const copying = page.locator('[aria-current="step"]').filter({ hasText: 'pg_basebackup' });
  await expect(copying).toBeVisible({ timeout: 60_000 });
  await console_.killWorker();
  await expect(page.getByText('Done: every step was carried out and proved.')).toBeVisible({
    timeout: 120_000,
  });

  await page.getByRole('link', { name: 'Watch the pair' }).click();
  await expect(page.getByText('Healthy', { exact: false }).first()).toBeVisible({ timeout: 20_000 });
  const lsn = page
    .getByTestId('rail')
    .getByText(/^[0-9A-F]+\/[0-9A-F]+$/)
    .first();
  const before = await lsn.textContent();
  await console_.primary.sql('CREATE TABLE moves AS SELECT generate_series(1, 20000)', 'postgres');
  await expect(lsn).not.toHaveText(before ?? '', { timeout: 5_000 });
});
