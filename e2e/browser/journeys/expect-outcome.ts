import { expect, type Page } from '@playwright/test';

const LOOK_MS = 30_000;
const RUN_MS = 90_000;

/** The page of a run says that it came to a good end. */
export async function expectSuccess(page: Page, timeoutMs = RUN_MS): Promise<void> {
  await expect(page.getByText('Done: every step was carried out and proved.')).toBeVisible({
    timeout: timeoutMs,
  });
}

/** The page of a pair shows it healthy, with this primary: always the first card. */
export async function expectPrimary(page: Page, name: string): Promise<void> {
  const cards = page.getByRole('region', { name: 'Servers of the pair' }).getByRole('heading', { level: 3 });
  await expect(cards.first()).toHaveText(name, { timeout: LOOK_MS });
  await expect(page.getByText('Healthy.', { exact: false }).first()).toBeVisible({ timeout: LOOK_MS });
}
