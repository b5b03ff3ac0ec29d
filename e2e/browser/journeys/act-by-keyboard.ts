import { expect, type Locator, type Page } from '@playwright/test';
import type { Account } from '#e2e/lab/demo/console-client.ts';

/** More stops than any page of the console has. */
const MOST_STOPS = 80;
const LOOK_MS = 30_000;

/** Moves on with Tab as a person without a mouse does; fails when the focus never gets there. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible({ timeout: LOOK_MS });
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let stop = 0; stop < MOST_STOPS && !(await isThere()); stop += 1) await page.keyboard.press('Tab');
  await expect(target).toBeFocused();
}

/** Goes to a link or a button and presses Enter. */
export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/** Signs in and opens the pair. */
export async function openPair(page: Page, url: string, account: Account, pair: string): Promise<void> {
  await page.goto(url);
  await tabTo(page, page.getByRole('textbox', { name: /e-mail/i }));
  await page.keyboard.type(account.email);
  await tabTo(page, page.locator('input[type=password]'));
  await page.keyboard.type(account.password);
  await page.keyboard.press('Enter');
  await press(page, page.getByRole('link', { name: pair, exact: true }));
}

/** What stands before the start when nothing was given yet, and nothing of the servers' own. */
const ONLY_OURS = /^(Before it can start:\s*(Give a reason\.\s*)?(Tick \d+ sentences?\.\s*)?(Type \S+\.)?)?$/;

/**
 * Waits until the servers stand in nobody's way, gives a reason, ticks what is asked for and types the word, and
 * starts with Enter. Answers the word; null = nothing can be lost, so none is asked for.
 */
export async function decide(page: Page, reason: string, timeoutMs = LOOK_MS): Promise<string | null> {
  const start = page.getByRole('button', { name: /^Make db/ });
  await expect(start).toHaveAccessibleDescription(ONLY_OURS, { timeout: timeoutMs });
  await tabTo(page, page.getByRole('textbox', { name: /^Reason/ }));
  await page.keyboard.type(reason);
  for (const box of await page.getByRole('checkbox').all()) {
    await tabTo(page, box);
    await page.keyboard.press('Space');
  }
  const field = page.getByRole('textbox', { name: /^Type / });
  const word = (await field.count()) === 0 ? null : await typeWord(page, field);
  // A look that came with the page may be too old by now; the next one is under way.
  await expect(start).not.toHaveAttribute('aria-disabled', 'true', { timeout: timeoutMs });
  await (word === null ? press(page, start) : page.keyboard.press('Enter'));
  await expect(page).toHaveURL(/\/operations\//, { timeout: LOOK_MS });
  return word;
}

async function typeWord(page: Page, field: Locator): Promise<string> {
  const asked = await page.getByText(/^Type \S+\.$/).innerText();
  const word = asked.replace(/^Type (\S+)\.$/, '$1');
  await tabTo(page, field);
  await page.keyboard.type(word);
  return word;
}
