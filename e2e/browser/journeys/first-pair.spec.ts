import { expect, type Page } from '@playwright/test';
import { lackingOnLoopback } from '#e2e/lab/lab-kind.ts';
import { startPracticeConsole, type PracticeConsole } from '#e2e/fixtures/practice-console.ts';
import { test } from '#e2e/fixtures/listening-page.ts';
import { addServer, createAdministrator } from './begin-with-servers.ts';
import { expectSuccess } from './expect-outcome.ts';

const ADA = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple' };
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

/** By its own page, as somebody does who has no set-up under way. */
async function addByName(page: Page, name: string): Promise<void> {
  await page.goto(`${console_.tandem.url}/servers/new`);
  await addServer(page, console_.lab.host(name), console_.lab.loginKey.privateKey);
}

test('a stranger builds a standby although the worker dies on the way, and sees it live', async ({
  page,
}) => {
  test.setTimeout(240_000);
  await createAdministrator(page, console_.tandem.url, ADA);

  await addByName(page, 'db1');
  await addByName(page, 'db2');

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
  await expectSuccess(page, 120_000);

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
