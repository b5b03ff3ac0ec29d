import { axeViolations, expect, LOCALES, prefer, test } from '#e2e/fixtures/console-test.ts';

for (const locale of LOCALES) {
  test(`the network is examined in the wizard by keyboard, and a shut way leads to its server (${locale})`, async ({
    page,
    full,
  }) => {
    await prefer(page, full.url, { locale });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${full.url}/pairs/new/d1/review`);
    const network = page.getByRole('region', {
      name: /^(Network between both servers|Netz zwischen beiden Servern)$/,
    });
    await expect(network).toContainText(/64\s?MiB/);
    await network.getByRole('button', { name: /^(Examine|Netz untersuchen|Noch einmal)/ }).press('Enter');
    const firewall = network.getByTestId('gate-network-firewall');
    await expect(firewall).toHaveAttribute('data-state', 'blocking');
    await expect(network.getByText(/^(Examined|Untersucht) /)).toBeVisible();
    expect(await axeViolations(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(overflow).toBe(false);
    await firewall.getByRole('link', { name: /db2\.ber/ }).press('Enter');
    await expect(page).toHaveURL(/\/servers\/s2\/prepare\?/);
    await expect(page.getByLabel(/^(Its address|Seine Adresse)/)).toHaveValue('10.0.0.1');
    await expect(page.getByLabel('Port', { exact: true })).toHaveValue('5432');
    await expect(page.getByRole('combobox').last()).toHaveValue('s1');
  });
}
