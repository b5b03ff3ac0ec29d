import type { Page } from '@playwright/test';
import { startConsole } from '#e2e/fixtures/console-server.ts';
import { expect, prefer, test } from '#e2e/fixtures/console-test.ts';

/** Every start that the page asks for, as it was sent. */
function starts(page: Page): Record<string, unknown>[] {
  const sent: Record<string, unknown>[] = [];
  page.on('request', (request) => {
    if (!request.url().includes('change.start')) return;
    const body = request.postDataJSON() as Record<string, Record<string, unknown>>;
    sent.push(...Object.values(body));
  });
  return sent;
}

const word = (page: Page) => page.getByRole('textbox', { name: /^Type / });
const confirm = (page: Page) => page.getByRole('button', { name: /^Make / });

test.beforeEach(async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
});

test('focus begins on the heading and reaches Cancel before what acts', async ({ page, full }) => {
  await page.goto(`${full.url}/pairs/shop/switchover`);
  await expect(page.getByRole('heading', { level: 1, name: 'Switch over: shop-prod' })).toBeFocused();
  await word(page).focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Keep db1.fra' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Make db2.ber primary' })).toBeFocused();
});

test('Enter starts only when the word matches, and one press more changes nothing', async ({
  page,
  full,
}) => {
  const sent = starts(page);
  await page.goto(`${full.url}/pairs/shop/switchover`);
  await expect(confirm(page)).toHaveAttribute('aria-disabled', 'true');
  await expect(confirm(page)).toHaveAccessibleDescription(/Type db2\.ber\./);
  await word(page).fill('db2');
  await word(page).press('Enter');
  await confirm(page).click({ force: true });
  await expect(page).toHaveURL(/switchover$/);
  expect(sent).toEqual([]);
  await word(page).fill(' db2.ber ');
  await word(page).press('Enter');
  await word(page)
    .press('Enter')
    .catch(() => undefined);
  await expect(page).toHaveURL(/operations\/o5$/);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ confirmation: 'db2.ber', outageLimitMs: 30_000, kind: 'switchover' });
});

test('a limit that cannot be promised stops the start', async ({ page, full }) => {
  await page.goto(`${full.url}/pairs/shop/switchover`);
  const limit = page.getByRole('textbox', { name: /^Longest outage/ });
  await word(page).fill('db2.ber');
  await limit.fill('1');
  await limit.press('Enter');
  await expect(confirm(page)).toHaveAccessibleDescription(/2 to 3600 seconds/);
  await limit.fill('2,5');
  await expect(page.getByText(/^at most 2\.5\ss, then Tandem undoes it$/)).toBeVisible();
  await limit.press('Enter');
  await expect(page).toHaveURL(/switchover$/);
});

test('what got worse is shown, the word is cleared, and the next try is a new one', async ({
  page,
  full,
}) => {
  const sent = starts(page);
  await page.goto(`${full.url}/pairs/shop/switchover`);
  await page.getByRole('textbox', { name: /^Reason/ }).fill('stale');
  await word(page).fill('db2.ber');
  await confirm(page).click();
  const note = page.getByRole('alert').filter({ hasText: 'Since you looked, this got worse' });
  await expect(note).toContainText('not-received rose from 24 KiB to 6 MiB');
  await expect(word(page)).toHaveValue('');
  await expect(page).toHaveURL(/switchover$/);
  await page.getByRole('textbox', { name: /^Reason/ }).fill('kernel update');
  await word(page).fill('db2.ber');
  await confirm(page).dblclick();
  await expect(page).toHaveURL(/operations\/o5$/);
  expect(sent).toHaveLength(2);
  expect(sent[1]?.['idempotencyKey']).not.toBe(sent[0]?.['idempotencyKey']);
});

test('Escape leaves, and asks first when something was typed', async ({ page, full }) => {
  await page.goto(`${full.url}/pairs/shop/switchover`);
  await word(page).fill('db2');
  await page.keyboard.press('Escape');
  const dialog = page.getByRole('dialog', { name: 'Leave this page?' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(word(page)).toHaveValue('db2');
  await word(page).fill('');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/pairs\/shop$/);
});

test('a condition in the way comes first and is named at the button', async ({ page, full }) => {
  await page.goto(`${full.url}/pairs/billing/switchover`);
  await expect(page.getByTestId(/^gate-/).first()).toHaveAttribute('data-state', 'blocking');
  await expect(page.getByTestId('gate-received')).toContainText('34 MiB to go, 16 MiB allowed');
  await expect(confirm(page)).toHaveAccessibleDescription(/1 condition stands in the way/);
  await expect(confirm(page)).toHaveAccessibleDescription(/1 condition is not known/);
});

test('each warning is ticked; commits of a synchronous pair may wait', async ({ page, full }) => {
  const sent = starts(page);
  await page.goto(`${full.url}/pairs/wiki/switchover`);
  await expect(confirm(page)).toHaveAccessibleDescription(/Tick 1 sentence/);
  await page.getByRole('checkbox', { name: /No long transactions/ }).check();
  await page.getByRole('radio', { name: /wait until it is back/ }).check();
  await confirm(page).click();
  await expect(page).toHaveURL(/operations\/o5$/);
  expect(sent[0]).toMatchObject({ ticks: ['long-transactions'], syncWhileAlone: 'keep', confirmation: null });
});

test('from the fleet to the emergency in three clicks, nothing unknown shown as zero', async ({
  page,
  full,
}) => {
  const sent = starts(page);
  await page.goto(full.url);
  await page.getByRole('link', { name: 'crm-europe-west-customer-archive', exact: true }).click();
  await page.getByRole('link', { name: 'Emergency failover …' }).click();
  await expect(page.getByRole('heading', { level: 2, name: /^Why crm-primary/ })).toBeVisible();
  const loss = page.locator('dl').filter({ hasText: 'Transactions' });
  await expect(loss).toContainText('Unknown');
  await expect(loss).not.toContainText(/(^|\s)0/);
  await page.getByRole('textbox', { name: /^Reason/ }).fill('host lost power');
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await word(page).fill('crm-europe-west-customer-archive');
  await confirm(page).click();
  await expect(page).toHaveURL(/operations\/o5$/);
  expect(sent[0]).toMatchObject({ kind: 'failover', ticks: ['accept-loss', 'accept-unproven'] });
});

test('another way back is taken by choosing it', async ({ page, full }) => {
  const sent = starts(page);
  await page.goto(`${full.url}/pairs/split/rejoin`);
  await expect(page.getByRole('radio', { name: /Rewind it/ })).toBeChecked();
  await expect(page.getByRole('radio', { name: /Start it as it is/ })).toBeDisabled();
  await page.getByRole('radio', { name: /Copy it anew/ }).check();
  await word(page).fill('sp2');
  await expect(confirm(page)).not.toHaveAttribute('aria-disabled', 'true');
  await confirm(page).click();
  await expect(page).toHaveURL(/operations\/o5$/);
  expect(sent[0]).toMatchObject({ kind: 'rejoin', way: 'rebuild' });
});

test('a lost connection stops what is planned, never an emergency', async ({ page, context }) => {
  const own = await startConsole('full');
  try {
    await prefer(page, own.url, { locale: 'en' });
    await page.goto(`${own.url}/pairs/shop/switchover`);
    await word(page).fill('db2.ber');
    await expect(confirm(page)).not.toHaveAttribute('aria-disabled', 'true');
    const emergency = await context.newPage();
    await emergency.goto(`${own.url}/pairs/crm/failover`);
    await emergency.getByRole('textbox', { name: /^Reason/ }).fill('host lost power');
    for (const box of await emergency.getByRole('checkbox').all()) await box.check();
    await word(emergency).fill('crm-europe-west-customer-archive');
    await own.kill();
    await expect(confirm(page)).toHaveAccessibleDescription(/The connection to Tandem is lost/);
    await expect(emergency.getByText(/An emergency failover can still be started on them/)).toBeVisible();
    await expect(confirm(emergency)).not.toHaveAttribute('aria-disabled', 'true');
  } finally {
    await own.kill();
  }
});

test('of two servers that write, the one that is named is fenced off', async ({ page, full }) => {
  await page.goto(`${full.url}/pairs/split`);
  await page.getByRole('button', { name: 'Fence off sp2 …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Fence off sp2?' });
  await expect(dialog.getByRole('heading')).toBeFocused();
  await expect(dialog).toContainText('sp1 keeps accepting writes');
  const name = dialog.getByRole('textbox', { name: 'Type sp2 to confirm' });
  await name.fill('sp1');
  await name.press('Enter');
  await expect(page).toHaveURL(/pairs\/split$/);
  await name.fill('sp2');
  await name.press('Enter');
  await expect(page).toHaveURL(/operations\/o1$/);
});
