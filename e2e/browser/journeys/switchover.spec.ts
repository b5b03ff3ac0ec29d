import { expect, type Page } from '@playwright/test';
import { startPracticePair, type PracticePair } from '#e2e/fixtures/practice-pair.ts';
import { test } from '#e2e/fixtures/listening-page.ts';
import { decide, openPair, press } from './act-by-keyboard.ts';
import { expectPrimary, expectSuccess } from './expect-outcome.ts';

const LOOK_MS = 30_000;

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

const signIn = (page: Page): Promise<void> => openPair(page, practice.tandem.url, practice.account, 'shop');

test('an adopted pair is prepared and switched over without a mouse', async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page);
  await press(page, page.getByRole('link', { name: 'Prepare for changes of roles …' }));
  const prepare = page.getByRole('button', { name: 'Prepare db1 and db2' });
  await expect(prepare).not.toHaveAttribute('aria-disabled', 'true', { timeout: LOOK_MS });
  await press(page, prepare);
  await expectSuccess(page);
  await press(page, page.getByRole('link', { name: 'Watch the pair' }));
  await expectPrimary(page, 'db1');

  await press(page, page.getByRole('link', { name: 'Switch over …' }));
  await expect(page.getByRole('heading', { level: 1, name: 'Switch over: shop' })).toBeFocused();
  const rehearse = page.getByRole('button', { name: 'Rehearse' });
  await expect(rehearse).not.toHaveAttribute('aria-disabled', 'true', { timeout: LOOK_MS });
  await press(page, rehearse);
  await expectSuccess(page);
  expect(await practice.nodes.db1.sql('SELECT pg_is_in_recovery()')).toBe('f');
  await page.goBack();
  await decide(page, 'kernel update');
  await expectSuccess(page);
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
  await expectSuccess(page);
  await press(page, page.getByRole('link', { name: 'Rejoin db2 …' }));
  await decide(page, 'back to two');
  await expectSuccess(page);
  await press(page, page.getByRole('link', { name: 'Watch the pair' }));
  await expectPrimary(page, 'db1');
  expect(await practice.nodes.db2.sql('SELECT pg_is_in_recovery()')).toBe('t');
});
