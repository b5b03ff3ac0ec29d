import { axeViolations, expect, prefer, test } from '#e2e/fixtures/console-test.ts';

test('a token is shown once, and leads to the command that stores it', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/profile`);
  const form = page.getByRole('form', { name: 'New token' });
  await form.getByLabel('Valid for (days)').fill('400');
  await form.getByRole('button', { name: 'Create token' }).click();
  await expect(form.getByText('1 to 365.')).toBeVisible();
  await form.getByLabel('Name').fill('nightly report');
  await form.getByLabel('Valid for (days)').fill('30');
  await form.getByRole('button', { name: 'Create token' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^tdm_/)).toBeVisible();
  await expect(dialog.getByText('npx tandem login')).toBeVisible();
  await expect(dialog.getByRole('heading')).toBeFocused();
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await expect(page.getByText(/tdm_abcd2345_x/)).toHaveCount(0);
});

test('revoking a token is asked for by its name', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/profile`);
  await page.getByRole('button', { name: 'Revoke nightly report' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke nightly report?' });
  await expect(dialog.getByText('This cannot be taken back.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Revoke nightly report' }).click();
  await expect(dialog).toBeHidden();
});

test('the audit chain is verified on request, and an entry tells its facts', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/audit`);
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The chain is whole: 3 entries' })).toBeVisible();
  await page.locator('summary', { hasText: 'Entry 3' }).click();
  await expect(page.getByText('kernel update')).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
});

test('a filter of the audit log is in the address, and an export takes it along', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/audit`);
  await page.getByLabel('Who').selectOption('Ada Meier');
  await expect(page).toHaveURL(/actor=Ada\+Meier/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('tandem-audit.csv');
  expect(download.url()).toContain('actor=Ada+Meier');
});

test('a pair is removed only when its name was typed, after the plan was seen', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/shop`);
  await page.getByRole('link', { name: 'Remove this pair …' }).click();
  await page.getByRole('radio', { name: /replication ends/ }).check();
  await expect(page.getByRole('heading', { name: 'What will happen' })).toBeVisible();
  const remove = page.getByRole('button', { name: /^Remove / });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  const word = page.getByRole('textbox', { name: /^Type / });
  await expect(word).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  const label = (await page.getByText(/^Type .* to confirm$/).textContent()) ?? '';
  await word.fill(/^Type (.*) to confirm$/.exec(label)?.[1] ?? '');
  await expect(remove).not.toHaveAttribute('aria-disabled', 'true');
  await remove.click();
  await expect(page).toHaveURL(/\/operations\/o1$/);
});
