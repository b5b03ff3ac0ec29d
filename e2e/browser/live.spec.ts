import { expect, prefer, test } from '#e2e/fixtures/console-test.ts';
import { startConsole } from '#e2e/fixtures/console-server.ts';

/** Longest that a page may go on looking well after something broke. */
const HONEST_WITHIN_MS = 5_000;

test('a lost connection freezes the page, is said at once, and heals by itself', async ({ page }) => {
  const own = await startConsole('full');
  try {
    await prefer(page, own.url, { locale: 'en' });
    await page.goto(`${own.url}/pairs/shop`);
    await expect(page.getByRole('main').getByText('Live', { exact: true })).toBeVisible();
    await own.kill();
    const bar = page.getByText(/^Connection to Tandem lost at /);
    await expect(bar).toBeVisible({ timeout: HONEST_WITHIN_MS });
    await expect(page.getByText(/^Frozen, .+ old$/).first()).toBeVisible();
    await expect(page.getByText(/The present state is not known/)).toBeVisible();
    await own.start();
    await expect(bar).toBeHidden({ timeout: 15_000 });
    await expect(page.getByRole('main').getByText('Live', { exact: true })).toBeVisible();
  } finally {
    await own.kill();
  }
});

test('a proxy that answers 503 for a while does not end the stream for good', async ({ page }) => {
  const own = await startConsole('full');
  try {
    await prefer(page, own.url, { locale: 'en' });
    await page.goto(`${own.url}/pairs/shop`);
    await expect(page.getByRole('main').getByText('Live', { exact: true })).toBeVisible();
    let refused = 0;
    await page.route('**/api/trpc/live.stream**', async (route) => {
      refused += 1;
      await route.fulfill({ status: 503, body: 'no' });
    });
    await own.kill();
    await own.start();
    const bar = page.getByText(/^Connection to Tandem lost at /);
    await expect(bar).toBeVisible();
    await expect.poll(() => refused, { timeout: 15_000 }).toBeGreaterThan(2);
    await page.unroute('**/api/trpc/live.stream**');
    await expect(bar).toBeHidden({ timeout: 15_000 });
    await expect(page.getByRole('main').getByText('Live', { exact: true })).toBeVisible();
  } finally {
    await own.kill();
  }
});

test('a session that ended leads to the sign-in and back', async ({ page }) => {
  const own = await startConsole('full');
  try {
    await prefer(page, own.url, { locale: 'en' });
    await page.goto(`${own.url}/pairs/shop?range=1h`);
    await expect(page.getByRole('main').getByText('Live', { exact: true })).toBeVisible();
    await page.context().addCookies([{ name: 'fixture', value: 'signed-out', url: own.url }]);
    await own.kill();
    await own.start();
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fpairs%2Fshop%3Frange%3D1h$/, { timeout: 25_000 });
  } finally {
    await own.kill();
  }
});

test('a pair that nobody measures any more never looks healthy', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/wiki`);
  await expect(page.getByText(/^Stale for /).first()).toBeVisible();
  await expect(page.getByText(/The present state is not known\. Last known: Healthy\./)).toBeVisible();
});

test('a browser whose clock is wrong shows the same ages', async ({ page, full }) => {
  await page.clock.install({ time: new Date(Date.now() + 3_600_000) });
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/shop`);
  await expect(page.getByRole('main').getByText('Live', { exact: true })).toBeVisible();
});

test('a paused picture stands still and says so, and the address keeps it', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/shop`);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page).toHaveURL(/live=0/);
  const received = page.getByTestId('not-received');
  const before = await received.innerText();
  await expect(page.getByText(/^Paused, ([3-9]|\d\d)\ss old$/)).toBeVisible();
  expect(await received.innerText()).toBe(before);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page).not.toHaveURL(/live=0/);
  await expect(page.getByRole('main').getByText('Live', { exact: true })).toBeVisible();
});

test('a range is part of the address', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/shop`);
  await page.getByText('24 h', { exact: true }).click();
  await expect(page).toHaveURL(/range=24h/);
  await page.reload();
  await expect(page.getByRole('radio', { name: '24 h' })).toBeChecked();
});
