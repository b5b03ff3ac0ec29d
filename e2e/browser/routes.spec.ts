import {
  axeViolations,
  collectErrors,
  expect,
  LOCALES,
  prefer,
  test,
  type Locale,
} from '#e2e/fixtures/console-test.ts';
import type { Page } from '@playwright/test';
import { existingRoutes, ROUTES, type Visit } from '#e2e/fixtures/route-table.ts';

const DESKTOP = { width: 1440, height: 900 };
/** WCAG 1.4.10: 320 CSS pixels are a desktop at 400 % zoom. */
const NARROW = { width: 320, height: 640 };

/** A pair that does not exist is answered with 404; practice hosts that come and go change the machine's networks. */
const EXPECTED = /404|ERR_NETWORK_CHANGED/;

// The report names rule and place; recording every page takes longer than judging it.
test.use({ trace: 'off' });
// Visits do not know of each other, so they share the processors.
test.describe.configure({ mode: 'parallel' });

test('every page of the console has a visit', () => {
  expect(Object.keys(ROUTES).sort()).toEqual(existingRoutes());
});

async function open(page: Page, url: string, visit: Visit, locale: Locale): Promise<string[]> {
  await page.setViewportSize(DESKTOP);
  await prefer(page, url, { locale });
  if (visit.as !== undefined) await page.context().addCookies([{ name: 'fixture', value: visit.as, url }]);
  const errors = collectErrors(page);
  await page.goto(url + visit.path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // Skeletons give way first: they have no text that a reader could judge.
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  if (visit.press !== undefined) {
    await page.getByRole('button', { name: visit.press }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  }
  if (visit.show !== undefined) {
    await page.getByRole('button', { name: visit.show }).click();
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
  }
  return errors;
}

async function judge(page: Page, locale: Locale): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', locale);
  expect.soft(await axeViolations(page), 'light').toEqual([]);
  // A theme changes colours only, whatever the language; a narrow window sizes and what scrolls.
  if (locale === 'en') {
    await page.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'));
    expect.soft(await axeViolations(page, ['color-contrast']), 'dark').toEqual([]);
  }
  await page.setViewportSize(NARROW);
  expect
    .soft(await axeViolations(page, ['target-size', 'scrollable-region-focusable']), 'narrow')
    .toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect.soft(overflow, 'pixels that stand out at the side').toBeLessThanOrEqual(0);
}

for (const locale of LOCALES) {
  for (const visit of Object.values(ROUTES).flat()) {
    const opened = visit.press === undefined ? '' : ' with its dialog open';
    test(`${visit.path} in ${locale}${opened} is accessible, also on narrow screens`, async ({
      visit: page,
      full,
    }) => {
      const errors = await open(page, full.url, visit, locale);
      await judge(page, locale);
      expect(errors.filter((text) => !EXPECTED.test(text))).toEqual([]);
    });
  }
}

for (const path of ['/', '/servers', '/operations', '/pairs/new']) {
  test(`${path} is accessible while there is nothing yet`, async ({ visit: page, empty }) => {
    await open(page, empty.url, { path }, 'de');
    await judge(page, 'de');
  });
}

for (const path of [
  '/',
  '/pairs/shop',
  '/servers',
  '/servers/s1',
  '/operations',
  '/operations/o1',
  '/pairs/new/d1/review',
]) {
  test(`${path} says what is wrong and offers a retry when nothing answers`, async ({
    visit: page,
    failing,
  }) => {
    await open(page, failing.url, { path }, 'en');
    await expect(page.getByRole('main').getByRole('alert').first()).toContainText(
      "Tandem's own database does not answer.",
    );
    await expect(page.getByRole('main').getByRole('button', { name: 'Try again' }).first()).toBeVisible();
    await judge(page, 'en');
  });
}
