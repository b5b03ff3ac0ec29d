import { readFileSync } from 'node:fs';
import { expect, prefer, test } from '#e2e/fixtures/console-test.ts';

/** axe cannot see into a canvas: what a chart must offer besides is tested here. */
test.describe('charts', () => {
  test.beforeEach(async ({ page, full }) => {
    await prefer(page, full.url, { locale: 'en' });
    // Paused, so that the numbers stay while they are compared.
    await page.goto(`${full.url}/pairs/shop?live=0`);
    await expect(page.getByTestId('chart')).toHaveCount(3);
  });

  test('each has a name, a summary and values that follow the arrow keys', async ({ page }) => {
    for (const name of ['Distance', 'Replay delay', 'WAL written']) {
      const figure = page.getByRole('figure', { name });
      const chart = figure.getByRole('slider', { name });
      await expect(figure.getByText(/Highest .+ at .+, now/)).toBeVisible();
      await chart.focus();
      const last = Number(await chart.getAttribute('aria-valuemax'));
      await page.keyboard.press('Home');
      await expect(chart).toHaveAttribute('aria-valuenow', '0');
      await page.keyboard.press('ArrowRight');
      await expect(chart).toHaveAttribute('aria-valuenow', '1');
      await page.keyboard.press('Shift+ArrowRight');
      await expect(chart).toHaveAttribute('aria-valuenow', '11');
      await page.keyboard.press('End');
      await expect(chart).toHaveAttribute('aria-valuenow', String(last));
      await expect(chart).toHaveAttribute('aria-valuetext', /\d\d:\d\d:\d\d: .+/);
    }
  });

  test('the cursor of one moves in all', async ({ page }) => {
    const [first, second] = await page.getByTestId('chart').all();
    await first?.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect(second ?? page.locator('none')).toHaveAttribute('aria-valuenow', '1');
  });

  test('the table holds the same values as the plot', async ({ page }) => {
    const figure = page.getByRole('figure', { name: 'WAL written' });
    const chart = figure.getByRole('slider');
    await figure.getByRole('button', { name: /^Show as table/ }).click();
    const rows = figure.getByRole('row');
    await chart.focus();
    await page.keyboard.press('End');
    for (const row of [1, 2, 3]) {
      const time = await rows.nth(row).getByRole('rowheader').innerText();
      const value = await rows.nth(row).getByRole('cell').innerText();
      await expect(chart).toHaveAttribute('aria-valuetext', `${time}: Rate ${value}`);
      await page.keyboard.press('ArrowLeft');
    }
  });

  test('dragging shows a part of all charts closer, and one click all of it again', async ({ page }) => {
    const [first, second] = [page.getByTestId('chart').nth(0), page.getByTestId('chart').nth(1)];
    const whole = Number(await second.getAttribute('aria-valuemax'));
    const plot = first.locator('.u-over');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (box === null) throw new Error('the plot has no place');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 4 });
    await page.mouse.up();
    const part = async () => Number(await second.getAttribute('aria-valuemax'));
    await expect.poll(part).toBeLessThan(whole / 2);
    const figure = page.getByRole('figure', { name: 'WAL written' });
    await figure.getByRole('button', { name: /^Whole range/ }).click();
    await expect.poll(part).toBe(whole);
    await second.focus();
    await page.keyboard.press('+');
    await expect.poll(part).toBeLessThan(whole);
    await page.keyboard.press('-');
    await expect.poll(part).toBe(whole);
  });

  test('the shown samples can be had as a file', async ({ page }) => {
    const figure = page.getByRole('figure', { name: 'WAL written' });
    const count = Number(await figure.getByRole('slider').getAttribute('aria-valuemax')) + 1;
    const waiting = page.waitForEvent('download');
    await figure.getByRole('button', { name: /^Download CSV/ }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('wal-written.csv');
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines[0]).toBe('Time,Rate');
    expect(lines).toHaveLength(count + 1);
  });

  test('a hole in the samples is said and never bridged', async ({ page }) => {
    const figure = page.getByRole('figure', { name: 'WAL written' });
    await expect(figure.getByText('1 gap.')).toBeVisible();
    const chart = figure.getByRole('slider');
    await chart.focus();
    await page.keyboard.press('Home');
    const last = Number(await chart.getAttribute('aria-valuemax'));
    // Inside the page: hundreds of keys, each of which would be a round trip to the browser and back.
    const missing = await chart.evaluate(async (slider, end) => {
      let holes = 0;
      for (let index = 0; index <= end; index += 1) {
        while (slider.getAttribute('aria-valuenow') !== String(index)) {
          await new Promise((drawn) => requestAnimationFrame(drawn));
        }
        if (slider.getAttribute('aria-valuetext')?.includes('no sample') === true) holes += 1;
        slider.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
      }
      return holes;
    }, last);
    expect(missing).toBe(1);
  });
});

test('the rail can be walked with the arrow keys and read as a table', async ({ page, full }) => {
  await prefer(page, full.url, { locale: 'en' });
  await page.goto(`${full.url}/pairs/shop?live=0`);
  const rail = page.getByTestId('rail');
  await rail.focus();
  await page.keyboard.press('Home');
  await expect(rail).toHaveAttribute('aria-valuetext', /^Insert, [0-9A-F]+\/[0-9A-F]+, at the front$/);
  await page.keyboard.press('End');
  await expect(rail).toHaveAttribute('aria-valuetext', /^Replayed, [0-9A-F]+\/[0-9A-F]+, /);
  await page.getByText('Show as table', { exact: true }).first().click();
  await expect(page.getByRole('row', { name: /Replayed db2\.ber/ })).toBeVisible();
});
