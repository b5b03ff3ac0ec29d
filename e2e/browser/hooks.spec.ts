import { axeViolations, expect, LOCALES, prefer, test } from '#e2e/fixtures/console-test.ts';

test('a hook is added by keyboard; what is wrong is said at its field and gets the focus', async ({
  page,
  full,
}) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${full.url}/pairs/shop/clients`);
  await page.getByRole('button', { name: 'Add a hook' }).press('Enter');
  const form = page.getByRole('form', { name: 'Add a hook' });
  await expect(form.getByRole('heading')).toBeFocused();
  await form.getByLabel('What it does').fill('Stop the queue');
  await form.getByLabel('Server').selectOption({ index: 1 });
  await form.getByRole('textbox', { name: 'Command', exact: true }).fill('queuectl drain | tee log');
  await form.getByRole('button', { name: 'Add', exact: true }).press('Enter');
  await expect(form.getByText(/choose “Script”/)).toBeVisible();
  await expect(form.getByRole('textbox', { name: 'Command', exact: true })).toBeFocused();
  expect(await axeViolations(page)).toEqual([]);
  await form.getByRole('radio', { name: 'Command' }).press('ArrowRight');
  await expect(form.getByRole('radio', { name: 'Script' })).toBeChecked();
  await form.getByRole('button', { name: 'Add', exact: true }).press('Enter');
  await expect(form).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Hooks' })).toBeFocused();
});

test('what the server refuses is said at its field too', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/shop/clients`);
  await page.getByRole('button', { name: 'Add a hook' }).click();
  const form = page.getByRole('form', { name: 'Add a hook' });
  await form.getByLabel('What it does').fill('taken');
  await form.getByLabel('What is called').selectOption('http');
  await form.getByLabel('Address', { exact: true }).fill('https://deploy.example.com/hook');
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(form.getByRole('alert')).toContainText('there is a hook "taken" already');
  await expect(form.getByLabel('What it does')).toBeFocused();
  await expect(form.getByLabel('What it does')).toHaveAttribute('aria-invalid', 'true');
});

for (const locale of LOCALES) {
  test(`hooks are tried without being called, and removed only when asked (${locale})`, async ({
    page,
    full,
  }) => {
    await prefer(page, full.url, { locale });
    await page.goto(`${full.url}/pairs/shop/clients`);
    await page.getByRole('button', { name: /^(Try all|Alle ausprobieren)$/ }).click();
    await expect(page.getByText(/(it can be called|Er ist aufrufbar)\.$/)).toBeVisible();
    await expect(page.getByText(/^(Cannot be called|Nicht aufrufbar): exit code 4/)).toBeVisible();
    await expect(page.getByText(/(it has no check|Er hat keine Prüfung)\.$/)).toBeVisible();
    expect(await axeViolations(page)).toEqual([]);
    await page
      .getByRole('button', { name: /(Remove|entfernen).*Stop the shop|Stop the shop.*entfernen/ })
      .click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('heading')).toBeFocused();
    await dialog.getByRole('button', { name: /Stop the shop/ }).click();
    await expect(dialog).toBeHidden();
  });
}

test('a stored token is never shown, and stays unless another one is entered', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/shop/clients`);
  await page.getByRole('button', { name: 'Change “Tell the router”' }).click();
  const form = page.getByRole('form', { name: 'Change “Tell the router”' });
  await expect(form.getByLabel('Bearer token')).toHaveValue('keep');
  await expect(form.getByLabel('Token', { exact: true })).toHaveCount(0);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
});
