import { expect, prefer, test } from '#e2e/fixtures/console-test.ts';

test.beforeEach(async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
});

test('the first key leads past the navigation', async ({ page, full }) => {
  await page.goto(`${full.url}/servers`);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('a question never begins on the button that acts, and gives the focus back', async ({ page, full }) => {
  await page.goto(`${full.url}/operations/o1`);
  const opener = page.getByRole('button', { name: 'Cancel and undo' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Cancel this run?' });
  await expect(dialog.getByRole('heading')).toBeFocused();
  await expect(dialog).toContainText('Move the copy aside');
  await page.keyboard.press('Tab');
  await expect(dialog.getByRole('button', { name: 'Keep it running' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});

test('the theme of the last visit is shown as the chosen one', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en', theme: 'dark' });
  await page.goto(`${full.url}/`);
  await page.getByRole('button', { name: 'Account and settings' }).click();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await expect(page.getByText('Dark', { exact: true })).toHaveCSS('font-weight', '600');
  await expect(page.getByText('System', { exact: true })).not.toHaveCSS('font-weight', '600');
});

test('language, theme and sign-out are reached without a mouse', async ({ page, full }) => {
  await page.goto(`${full.url}/`);
  const menu = page.getByRole('button', { name: 'Account and settings' });
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: 'English' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.getByRole('radio', { name: 'Dunkel' }).focus();
  await page.keyboard.press('Space');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});

test('nothing starts before the host is named that will be changed', async ({ page, full }) => {
  await page.goto(`${full.url}/pairs/new/d1/review`);
  const start = page.getByRole('button', { name: 'Set up db3 as standby of db1.fra' });
  await expect(start).toHaveAttribute('aria-disabled', 'true');
  await expect(start).toHaveAccessibleDescription('Type db3 first.');
  const word = page.getByRole('textbox', { name: 'Type db3 to confirm' });
  await word.fill('db1');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/review$/);
  await word.fill(' db3 ');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/operations\/o1$/);
});

test('a server is added from a pasted ssh command', async ({ page, full }) => {
  await page.goto(`${full.url}/servers/new`);
  await page
    .getByRole('textbox', { name: 'Address' })
    .fill('ssh -p 2222 -J bastion postgres@db9.example.net');
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('db9');
  await expect(page.getByRole('textbox', { name: 'Log in as' })).toHaveValue('postgres');
  await expect(page.getByRole('textbox', { name: 'Port' })).toHaveValue('2222');
  await expect(page.getByText('Jump host bastion')).toBeVisible();
  await page.getByRole('textbox', { name: 'Address' }).press('Enter');
  await expect(page).toHaveURL(/servers\/s5\?new=1$/);
  await expect(page.getByRole('heading', { name: 'Way to the server' })).toBeFocused();
});
