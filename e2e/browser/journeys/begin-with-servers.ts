import { expect, type Page } from '@playwright/test';
import type { Account } from '#e2e/lab/demo/console-client.ts';

/** What a person knows of a server who adds it. */
interface AddedServer {
  name: string;
  address: string;
  sshPort: number;
  user: string;
}

/** The first visit to a new installation. */
export async function createAdministrator(page: Page, url: string, account: Account): Promise<void> {
  await page.goto(url);
  await page.getByRole('textbox', { name: 'Your name' }).fill(account.name);
  await page.getByRole('textbox', { name: /e-mail/i }).fill(account.email);
  await page.locator('input[type=password]').fill(account.password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await expect(page.getByRole('heading', { name: 'What do you have?' })).toBeVisible({ timeout: 20_000 });
}

/** From the page of a new server: a key that exists, its host key approved, until the checklist is through. */
export async function addServer(page: Page, host: AddedServer, privateKey: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Address' }).fill(`${host.user}@${host.address}:${host.sshPort}`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(host.name);
  await page.getByRole('radio', { name: /With a key that exists/ }).check();
  await page.getByRole('textbox', { name: 'Private key' }).fill(privateKey);
  await page.getByRole('button', { name: 'Save and check' }).click();
  await page.getByRole('button', { name: /^Yes, this is/ }).click({ timeout: 30_000 });
  await expect(page.getByText('Verified', { exact: true })).toBeVisible({ timeout: 40_000 });
}
