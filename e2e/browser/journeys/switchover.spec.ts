import { expect, type Locator, type Page } from '@playwright/test';
import { startPracticePair, type PracticePair } from '#e2e/fixtures/practice-pair.ts';
import { test } from '#e2e/fixtures/listening-page.ts';

/** More stops than any page of the console has. */
const MOST_STOPS = 80;
const LOOK_MS = 30_000;
const RUN_MS = 90_000;

let practice: PracticePair;

// One after the other: each test begins with the roles that the one before left.
test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(180_000);
  practice = await startPracticePair();
});
test.afterAll(async () => {
  test.setTimeout(60_000);
  await practice.stop();
});

/** Moves on with Tab as a person without a mouse does; fails when the focus never gets there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible({ timeout: LOOK_MS });
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let stop = 0; stop < MOST_STOPS && !(await isThere()); stop += 1) await page.keyboard.press('Tab');
  await expect(target).toBeFocused();
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

async function signIn(page: Page): Promise<void> {
  await page.goto(practice.tandem.url);
  await tabTo(page, page.getByRole('textbox', { name: /e-mail/i }));
  await page.keyboard.type(practice.account.email);
  await tabTo(page, page.locator('input[type=password]'));
  await page.keyboard.type(practice.account.password);
  await page.keyboard.press('Enter');
  await press(page, page.getByRole('link', { name: 'shop', exact: true }));
}

/** What stands before the start when nothing was given yet, and nothing of the servers' own. */
const ONLY_OURS = /^Before it can start:\s*(Give a reason\.\s*)?(Tick \d+ sentences?\.\s*)?Type \S+\.$/;

/** Ticks what is asked for, gives a reason and the word, and starts with Enter. */
async function decide(page: Page, reason: string): Promise<void> {
  const start = page.getByRole('button', { name: /^Make db/ });
  await expect(start).toHaveAccessibleDescription(ONLY_OURS, { timeout: LOOK_MS });
  const asked = await page.getByText(/^Type \S+\.$/).innerText();
  await tabTo(page, page.getByRole('textbox', { name: /^Reason/ }));
  await page.keyboard.type(reason);
  for (const box of await page.getByRole('checkbox').all()) {
    await tabTo(page, box);
    await page.keyboard.press('Space');
  }
  await tabTo(page, page.getByRole('textbox', { name: /^Type / }));
  await page.keyboard.type(asked.replace(/^Type (\S+)\.$/, '$1'));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/operations\//, { timeout: LOOK_MS });
}

async function succeeded(page: Page): Promise<void> {
  await expect(page.getByText('Done: every step was carried out and proved.')).toBeVisible({
    timeout: RUN_MS,
  });
}

/** The primary is always the first card. */
async function expectPrimary(page: Page, name: string): Promise<void> {
  const cards = page.getByRole('region', { name: 'Servers of the pair' }).getByRole('heading', { level: 3 });
  await expect(cards.first()).toHaveText(name, { timeout: LOOK_MS });
  await expect(page.getByText('Healthy.', { exact: false }).first()).toBeVisible({ timeout: LOOK_MS });
}

test('an adopted pair is prepared and switched over without a mouse', async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page);
  await press(page, page.getByRole('link', { name: 'Prepare for changes of roles …' }));
  const prepare = page.getByRole('button', { name: 'Prepare db1 and db2' });
  await expect(prepare).not.toHaveAttribute('aria-disabled', 'true', { timeout: LOOK_MS });
  await press(page, prepare);
  await succeeded(page);
  await press(page, page.getByRole('link', { name: 'Watch the pair' }));
  await expectPrimary(page, 'db1');

  await press(page, page.getByRole('link', { name: 'Switch over …' }));
  await expect(page.getByRole('heading', { level: 1, name: 'Switch over: shop' })).toBeFocused();
  const rehearse = page.getByRole('button', { name: 'Rehearse' });
  await expect(rehearse).not.toHaveAttribute('aria-disabled', 'true', { timeout: LOOK_MS });
  await press(page, rehearse);
  await succeeded(page);
  expect(await practice.nodes.db1.sql('SELECT pg_is_in_recovery()')).toBe('f');
  await page.goBack();
  await decide(page, 'kernel update');
  await succeeded(page);
  await expect(page.getByTestId('outage')).toHaveText(/^for \d+(\.\d)?\s(ms|s)$/);
  await expect(page.getByText('measured by Tandem’s own writes')).toBeVisible();
  await expect(page.getByText('Nothing: the new primary had replayed')).toBeVisible();
  await press(page, page.getByRole('link', { name: 'Watch the pair' }));
  await expectPrimary(page, 'db2');
  expect(await practice.nodes.db2.sql('SELECT pg_is_in_recovery()')).toBe('f');
  expect(await practice.nodes.db1.sql('SELECT pg_is_in_recovery()')).toBe('t');
});

test('a primary that died is replaced in an emergency and comes back as the standby', async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page);
  await expectPrimary(page, 'db2');
  await practice.nodes.db2.kill();
  await expect(page.getByText('Primary is down', { exact: false }).first()).toBeVisible({ timeout: LOOK_MS });
  await press(page, page.getByRole('link', { name: 'Emergency failover …' }));
  await expect(page.getByText('PostgreSQL on db2 is down')).toBeVisible({ timeout: LOOK_MS });
  await decide(page, 'the primary was killed');
  await succeeded(page);
  await press(page, page.getByRole('link', { name: 'Rejoin db2 …' }));
  await decide(page, 'back to two');
  await succeeded(page);
  await press(page, page.getByRole('link', { name: 'Watch the pair' }));
  await expectPrimary(page, 'db1');
  expect(await practice.nodes.db2.sql('SELECT pg_is_in_recovery()')).toBe('t');
});
