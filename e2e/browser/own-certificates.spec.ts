import type { Page } from '@playwright/test';
import { axeViolations, expect, prefer, test } from '#e2e/fixtures/console-test.ts';
import { makeCertificate, type MadeCertificate } from '#server/testing/make-certificate.ts';

interface Made {
  root: MadeCertificate;
  db1: MadeCertificate;
  db2: MadeCertificate;
}

async function make(): Promise<Made> {
  const nowMs = Date.now();
  const root = await makeCertificate({ nowMs, commonName: 'Company', ca: true, days: 900 });
  const of = (commonName: string, ip: string) =>
    makeCertificate({ nowMs, commonName, issuer: root, ips: [ip], days: 12 });
  return { root, db1: await of('db1', '10.0.0.1'), db2: await of('db2', '10.0.0.2') };
}

const start = (page: Page) => page.getByRole('button', { name: /^Do that on/ });
const check = (page: Page) => page.getByRole('button', { name: 'Check these certificates' });
const field = (page: Page, name: RegExp) => page.getByRole('textbox', { name });

async function enter(page: Page, { root, db1, db2 }: Made): Promise<void> {
  // One of them as a file, as it lies on the person's disk.
  await page
    .getByLabel('Read a file: Authority')
    .and(page.locator('input'))
    .setInputFiles({ name: 'root.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(root.pem) });
  await expect(field(page, /^Authority/)).toHaveValue(root.pem);
  await field(page, /^Certificate of db1\.fra/).fill(db1.pem);
  await field(page, /^Private key of db1\.fra/).fill(db1.keyPem);
  await field(page, /^Certificate of db2\.ber/).fill(db2.pem);
  await field(page, /^Private key of db2\.ber/).fill(db2.keyPem);
}

test.beforeEach(async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/shop/encrypt`);
});

test('a start with certificates of one’s own waits until they were found good', async ({ page }) => {
  const sent: unknown[] = [];
  page.on('request', (request) => {
    if (!request.url().includes('change.start')) return;
    sent.push(...Object.values(request.postDataJSON() as Record<string, unknown>));
  });
  const made = await make();
  await expect(start(page)).toHaveAccessibleDescription(/have them checked/);
  await expect(check(page)).toHaveAttribute('aria-disabled', 'true');
  await enter(page, made);
  await expect(start(page)).toHaveAttribute('aria-disabled', 'true');
  await check(page).click();
  await expect(page.getByText('These certificates can be used.')).toBeVisible();
  await expect(page.getByText(/db1\.fra: CN=db1, issued by CN=Company, for 10\.0\.0\.1/)).toBeVisible();
  await expect(page.getByText(/db1\.fra: .* in less than 30 days/)).toBeVisible();
  expect(await axeViolations(page)).toEqual([]);
  await start(page).click();
  await expect(page).toHaveURL(/operations\/o5$/);
  expect(sent).toMatchObject([
    {
      way: 'own-certificates',
      certificates: { authority: made.root.pem, primary: { key: made.db1.keyPem } },
    },
  ]);
});

test('what is wrong is said at its field, and a change of it asks for another look', async ({ page }) => {
  const made = await make();
  await enter(page, { ...made, db1: made.db2, db2: made.db1 });
  await check(page).click();
  await expect(page.getByText('2 things have to be mended before these can be used.')).toBeVisible();
  const wrong = field(page, /^Certificate of db1\.fra/);
  await expect(wrong).toHaveAttribute('aria-invalid', 'true');
  await expect(wrong).toHaveAccessibleDescription(
    /it is valid for db2, 10\.0\.0\.2, and db2\.ber connects to 10\.0\.0\.1/,
  );
  expect(await axeViolations(page)).toEqual([]);
  await enter(page, made);
  await expect(wrong).not.toHaveAttribute('aria-invalid', 'true');
  await expect(start(page)).toHaveAttribute('aria-disabled', 'true');
  await check(page).click();
  await expect(start(page)).not.toHaveAttribute('aria-disabled', 'true');
});

test('an authority of Tandem asks for no certificates', async ({ page }) => {
  await page.getByRole('radio', { name: /An authority that Tandem makes/ }).check();
  await expect(check(page)).toHaveCount(0);
  await expect(start(page)).not.toHaveAttribute('aria-disabled', 'true');
});

test('what was entered is asked about before it is left', async ({ page }) => {
  await field(page, /^Private key of db1\.fra/).fill('x');
  await page.getByRole('button', { name: 'Change nothing' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
});
