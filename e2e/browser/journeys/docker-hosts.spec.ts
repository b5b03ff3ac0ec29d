import { expect, type Page } from '@playwright/test';
import { watchWriters, type WritersWatch } from '#e2e/chaos/watch-writers.ts';
import { startGuideConsole, type GuideConsole } from '#e2e/fixtures/guide-console.ts';
import { test } from '#e2e/fixtures/listening-page.ts';
import { createLedgerTable, startLedger, type Ledger } from '#e2e/lab/ledger/start-ledger.ts';
import { decide, openPair, press, tabTo } from './act-by-keyboard.ts';
import { addServer, createAdministrator } from './begin-with-servers.ts';
import { expectPrimary, expectSuccess } from './expect-outcome.ts';

const ADA = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple' };
const LOOK_MS = 60_000;
const RUN_MS = 180_000;

let hosts: GuideConsole;
let ledger: Ledger;
let writers: WritersWatch;

// One after the other: the parts of the manual guide build on one another.
test.describe.configure({ mode: 'serial' });
test.use({ actionTimeout: 30_000 });
test.beforeAll(async () => {
  // The first run makes the image of the hosts.
  test.setTimeout(900_000);
  hosts = await startGuideConsole();
});
test.afterAll(async () => {
  test.setTimeout(120_000);
  await ledger?.stop();
  await writers?.end();
  await hosts?.stop();
});

const readOnly = (node: GuideConsole['primary']): Promise<string> => node.sql('SELECT pg_is_in_recovery()');

async function nextStep(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** An account and its directory beside the engine that is there. */
async function prepareHost(page: Page, name: string): Promise<void> {
  await page.goto(`${hosts.tandem.url}/servers`);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('link', { name: 'Prepare for a standby …' }).click();
  await page.getByRole('combobox', { name: 'Docker and Compose' }).selectOption('From the distribution');
  await page.getByRole('textbox', { name: 'OS user' }).fill('mgserver');
  await page.getByRole('checkbox', { name: /Member of the group docker/ }).check();
  await page.getByRole('textbox', { name: 'Directories' }).fill('/home/mgserver/mgserver:mgserver:0755');
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await page.getByRole('button', { name: `Prepare ${name}` }).click({ timeout: LOOK_MS });
  await expectSuccess(page, RUN_MS);
}

/** From the page that says that a container is missing, and back to it. */
async function makeContainer(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Make a container …' }).click({ timeout: LOOK_MS });
  await page
    .getByRole('group', { name: 'Like which container?' })
    .getByRole('radio', { name: /db1/ })
    .check();
  await page.getByRole('button', { name: 'Make the container on db2' }).click({ timeout: LOOK_MS });
  await expectSuccess(page, RUN_MS);
  await page.getByRole('link', { name: 'Back to the set-up' }).click();
}

test('a stranger gets a standby in a container on an empty server, and is led to each next step', async ({
  page,
}) => {
  test.setTimeout(600_000);
  await createAdministrator(page, hosts.tandem.url, ADA);
  await page.getByRole('link', { name: 'Add a standby to a running server' }).click();
  await nextStep(page);
  for (const name of ['db1', 'db2']) {
    await page.getByRole('link', { name: 'Add another server' }).click();
    await addServer(page, hosts.lab.host(name), hosts.lab.loginKey.privateKey);
    await page.getByRole('link', { name: 'Back to the set-up' }).click();
  }
  await prepareHost(page, 'db2');

  await page.goto(hosts.tandem.url);
  await page.getByRole('link', { name: 'New standby' }).click();
  await page
    .getByRole('group', { name: /^Primary/ })
    .getByRole('radio', { name: /db1/ })
    .check();
  await page
    .getByRole('group', { name: /^Standby/ })
    .getByRole('radio', { name: /db2/ })
    .check();
  await nextStep(page);
  await expect(page.getByRole('radio', { name: /The primary only/ })).toBeChecked();
  await nextStep(page);
  await expect(page.getByRole('radio', { name: /read-only while a standby is attached/ })).toBeChecked();
  await nextStep(page);
  await page.getByRole('textbox', { name: /Name of the pair/ }).fill('shop');
  await nextStep(page);
  await makeContainer(page);
  await page.getByRole('button', { name: 'Set up db2 as standby of db1' }).click({ timeout: LOOK_MS });
  await expectSuccess(page, RUN_MS);

  await page.getByRole('link', { name: 'Watch the pair' }).click();
  await expectPrimary(page, 'db1');
  expect(await readOnly(hosts.standby)).toBe('t');
});

test('roles go there and back without a mouse, and no acknowledged commit is lost', async ({ page }) => {
  test.setTimeout(400_000);
  await createLedgerTable(hosts.primary);
  ledger = startLedger([hosts.primary, hosts.standby], { pauseMs: 20 });
  writers = watchWriters({ db1: hosts.primary, db2: hosts.standby });
  await openPair(page, hosts.tandem.url, ADA, 'shop');
  await expectPrimary(page, 'db1');
  for (const [to, node] of [
    ['db2', hosts.standby],
    ['db1', hosts.primary],
  ] as const) {
    await press(page, page.getByRole('link', { name: 'Switch over …' }));
    expect(await decide(page, 'kernel update', LOOK_MS)).toBe(to);
    await expectSuccess(page, RUN_MS);
    await expect(page.getByTestId('outage')).toHaveText(/^for \d+(\.\d)?\s(ms|s)$/);
    await expect(page.getByText('Nothing: the new primary had replayed')).toBeVisible();
    await press(page, page.getByRole('link', { name: 'Watch the pair' }));
    await expectPrimary(page, to);
    const { acknowledged } = await ledger.report();
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(await ledger.missingOn(node)).toEqual([]);
  }
});

test('a primary whose power is gone is replaced when the name of the pair is typed', async ({ page }) => {
  test.setTimeout(300_000);
  await openPair(page, hosts.tandem.url, ADA, 'shop');
  await expectPrimary(page, 'db1');
  await hosts.lab.host('db1').losePower();
  await expect(page.getByText('Primary is down', { exact: false }).first()).toBeVisible({ timeout: LOOK_MS });
  await press(page, page.getByRole('link', { name: 'Emergency failover …' }));
  await expect(page.getByText('The host of db1 is down')).toBeVisible({ timeout: LOOK_MS });
  const start = page.getByRole('button', { name: 'Make db2 primary' });
  await tabTo(page, page.getByRole('textbox', { name: /^Type / }));
  await page.keyboard.type('db2');
  await page.keyboard.press('Enter');
  await expect(start).toHaveAccessibleDescription(/Type shop\./);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  expect(await decide(page, 'power loss of db1', LOOK_MS)).toBe('shop');
  await expectSuccess(page, RUN_MS);
  expect(await readOnly(hosts.standby)).toBe('f');
});

test('the old primary boots read-only and becomes the standby; two never accepted writes', async ({
  page,
}) => {
  test.setTimeout(400_000);
  await openPair(page, hosts.tandem.url, ADA, 'shop');
  await hosts.lab.host('db1').powerOn();
  await press(page, page.getByRole('link', { name: 'Rejoin db1 …' }));
  await decide(page, 'back to two', RUN_MS);
  await expectSuccess(page, RUN_MS);
  await press(page, page.getByRole('link', { name: 'Watch the pair' }));
  await expectPrimary(page, 'db2');
  expect(await readOnly(hosts.primary)).toBe('t');
  expect(await writers.end()).toBe(0);
});
